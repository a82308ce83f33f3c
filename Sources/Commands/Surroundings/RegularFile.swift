import Glibc
import Planning

/// Regular files, read whole; anything else is refused without waiting for it.
enum RegularFile {
    /// How large a file may be.
    static let limit = 256 << 20

    /// Reads the file at a path that is resolved: its last part is no link.
    static func read(_ path: String) -> Result<[UInt8], FileProblem> {
        // Not blocking, so that a pipe without a writer cannot hold us; following no link, since the path is resolved.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else {
            return .failure(errno == ENOENT ? .missing(near: []) : .unreadable(reason: reason))
        }
        return read(closing: descriptor)
    }

    /// Reads what a descriptor was opened for, and closes it.
    static func read(closing descriptor: CInt) -> Result<[UInt8], FileProblem> {
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(.unreadable(reason: reason)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .failure(.notAFile(kind: kind(status.st_mode)))
        }
        let size = Int(status.st_size)
        guard size <= limit else { return .failure(.tooLarge(bytes: size, limit: limit)) }
        // One byte more than the file has, so that one that grew is seen to have grown.
        var bytes: [UInt8] = []
        var room = size + 1
        while true {
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
                count = Glibc.read(descriptor, buffer.baseAddress, room)
                filled = max(count, 0)
            }
            guard count >= 0 else { return .failure(.unreadable(reason: reason)) }
            if count == 0 { return .success(bytes) }
            guard bytes.count <= limit else { return .failure(.tooLarge(bytes: bytes.count, limit: limit)) }
            room = max(room - count, 4096)
        }
    }

    /// The C library's words for its last error.
    static var reason: String { String(cString: strerror(errno)) }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a directory"
        case S_IFIFO: "a pipe"
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFSOCK: "a socket"
        default: "no regular file"
        }
    }
}
