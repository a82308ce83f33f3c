import Diagnostics
import Glibc
import Planning

/// The files below a root; nothing outside of it is read, and nothing that is not a regular file.
struct ProjectFiles: FileSource {
    /// The root, resolved.
    let root: String

    /// How large a file may be.
    static let limit = 256 << 20

    func read(_ path: String) -> Result<[UInt8], FileProblem> {
        if path.hasPrefix("/") { return .failure(.outside(resolved: path)) }
        // Before anything is looked up: whether a file outside is there, and what lies beside it, is nobody's business.
        if path.leavesItsFolder { return .failure(.outside(resolved: path)) }
        guard let real = Self.resolve(root + "/" + path) else {
            return .failure(
                errno == ENOENT || errno == ENOTDIR ? .missing(near: near(path)) : .unreadable(reason: reason))
        }
        guard real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
            return .failure(.outside(resolved: real))
        }
        return Self.readRegularFile(real)
    }

    /// Reads a regular file whole.
    static func readRegularFile(_ path: String) -> Result<[UInt8], FileProblem> {
        // Not blocking, so that a pipe without a writer cannot hold us; following no link, since the path is resolved.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else {
            return .failure(errno == ENOENT ? .missing(near: []) : .unreadable(reason: reason))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(.unreadable(reason: reason)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .failure(.notAFile(kind: kind(status.st_mode)))
        }
        let size = Int(status.st_size)
        guard size <= limit else { return .failure(.tooLarge(bytes: size, limit: limit)) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 1)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { return .failure(.unreadable(reason: reason)) }
            if count == 0 { return .success(bytes) }
            bytes += buffer[..<count]
        }
    }

    /// The root of a runbook in a folder: the folder, or the one above a folder called `runbooks`.
    static func root(for folder: String) -> String {
        guard folder.hasSuffix("/runbooks"), let slash = folder.lastIndex(of: "/") else { return folder }
        return slash > folder.startIndex ? String(folder[..<slash]) : "/"
    }

    /// The real path, without links and dots.
    static func resolve(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static var reason: String { String(cString: strerror(errno)) }
    private var reason: String { Self.reason }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a directory"
        case S_IFIFO: "a pipe"
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFSOCK: "a socket"
        default: "no regular file"
        }
    }

    /// Names in the folder of a missing file that may have been meant.
    private func near(_ path: String) -> [String] {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let wanted = slash.map { String(path[path.index(after: $0)...]) } ?? path
        guard let handle = opendir(root + "/" + folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        let best = names.map { (name: $0, distance: $0.editDistance(to: wanted)) }
            .filter { $0.distance <= max(3, wanted.count / 3) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return best.prefix(2).map { folder == "." ? $0.name : "\(folder)/\($0.name)" }
    }
}

extension String {
    /// Whether a relative path has more steps up than down at any point of it.
    fileprivate var leavesItsFolder: Bool {
        var depth = 0
        for part in split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }
}
