import Glibc

/// Files that last: whole or not there, and synced with the folders that name them.
package enum DurableFiles {
    /// What is in a folder and not hidden; nothing when it is not there.
    package static func names(in path: String) throws(FileFailure) -> [String] {
        guard let handle = opendir(path) else {
            guard errno == ENOENT else { throw FileFailure("open", path) }
            return []
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// Makes folders that are not there, each of which lasts.
    static func makeFolders(_ path: String) throws(FileFailure) {
        let disk = CurrentMachine.value.disk
        var folder = path.hasPrefix("/") ? "/" : "."
        for part in path.split(separator: "/") {
            let next = folder == "." ? String(part) : folder == "/" ? "/\(part)" : "\(folder)/\(part)"
            if disk.makeFolder(next) == 0 {
                try syncFolder(folder)
            } else if errno != EEXIST {
                throw FileFailure("make", next)
            }
            folder = next
        }
    }

    /// All of a file.
    static func read(_ path: String) throws(FileFailure) -> [UInt8] {
        let disk = CurrentMachine.value.disk
        let descriptor = disk.open(path, O_RDONLY)
        guard descriptor >= 0 else { throw FileFailure("open", path) }
        defer { disk.close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { disk.read(descriptor, $0, at: bytes.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("read", path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Writes a file under another name first, so that whoever looks finds the old one or the new.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileFailure) {
        // Phases that begin at the same time may keep the same catalog.
        let draft = "\(path).\(UInt64.random(in: 0...UInt64.max)).new"
        let disk = CurrentMachine.value.disk
        let descriptor = disk.open(draft, O_WRONLY | O_CREAT | O_TRUNC)
        guard descriptor >= 0 else { throw FileFailure("make", draft) }
        var isNamed = false
        defer {
            disk.close(descriptor)
            // On a full disk it would stay in the way.
            if !isNamed { disk.remove(draft) }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { disk.write(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("write", draft) }
            rest = rest.dropFirst(count)
        }
        guard disk.sync(descriptor) == 0 else { throw FileFailure("sync", draft) }
        guard disk.rename(draft, to: path) == 0 else { throw FileFailure("rename", path) }
        isNamed = true
    }

    /// Makes the names in a folder last.
    package static func syncFolder(_ path: String) throws(FileFailure) {
        let disk = CurrentMachine.value.disk
        let descriptor = disk.open(path, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw FileFailure("open", path) }
        defer { disk.close(descriptor) }
        guard disk.syncFolder(descriptor) == 0 else { throw FileFailure("sync", path) }
    }
}
