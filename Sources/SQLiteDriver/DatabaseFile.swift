import Databases
import Glibc

/// A database's file, found before SQLite opens it: an open that goes astray must not make a file.
struct DatabaseFile {
    /// Its path without links.
    let path: String

    /// Finds the file; when it may be created, its directory.
    init(_ path: String, mayCreate: Bool) throws(DatabaseError) {
        if let real = Self.realPath(path) {
            self.path = real
            try Self.checkKind(real)
        } else if mayCreate, errno == ENOENT {
            let slash = path.lastIndex(of: "/")
            let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
            guard let real = Self.realPath(directory), !name.isEmpty else {
                throw .cannotOpen("\(directory): \(Self.reason)")
            }
            self.path = real == "/" ? "/\(name)" : "\(real)/\(name)"
        } else {
            throw .cannotOpen("\(path): \(Self.reason)")
        }
    }

    /// Device and inode: a copy or another file in the same place is another database.
    static func fingerprint(_ path: String) throws(DatabaseError) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .cannotOpen("\(path): \(reason)") }
        return "\(status.st_dev):\(status.st_ino)"
    }

    private static func checkKind(_ path: String) throws(DatabaseError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let help = "write sqlite:PATH?mode=rwc for a file that may be made"
            throw .cannotOpen("\(path): \(reason)", hint: errno == ENOENT ? help : nil)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw .cannotOpen("\(path) is a directory")
        default: throw .cannotOpen("\(path) is not a regular file")
        }
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static var reason: String {
        switch errno {
        case ENOENT: "no such file or directory"
        case EACCES: "permission denied"
        case ENOTDIR: "a part of the path is not a directory"
        case ELOOP: "too many links"
        case let code: "cannot be opened (error \(code))"
        }
    }
}

extension DatabaseError {
    fileprivate static func cannotOpen(_ message: String, hint: String? = nil) -> Self {
        Self(kind: .connection, code: "SQLITE_CANTOPEN", message: message, hint: hint)
    }
}
