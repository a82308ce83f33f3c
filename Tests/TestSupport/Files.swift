import Glibc

/// Files of tests, as text.
public enum Files {
    /// The folder of the package.
    public static let package = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// Writes a file; its folders are made.
    public static func write(_ text: String, to path: String) throws {
        var made = ""
        for part in path.split(separator: "/").dropLast() {
            made += "/\(part)"
            mkdir(made, 0o755)
        }
        guard let file = fopen(path, "w") else { throw TestFailure("\(path) cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }

    /// Reads a file.
    public static func read(_ path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TestFailure("\(path) cannot be read") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while case let more = readSome(descriptor), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names in a folder, sorted.
    public static func names(in folder: String) throws -> [String] {
        guard let handle = opendir(folder) else { throw TestFailure("\(folder) cannot be read") }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The paths of all files below a folder, from there, sorted.
    public static func all(below folder: String) throws -> [String] {
        try names(in: folder).flatMap { name -> [String] in
            guard isFolder("\(folder)/\(name)") else { return [name] }
            return try all(below: "\(folder)/\(name)").map { "\(name)/\($0)" }
        }
    }

    /// Whether there is something of that path.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
