import Databases
import Glibc

/// The lock of a database that is a file and has none to offer: one byte of that file, far behind all that SQLite reads
/// or locks, held until this process ends, however it ends.
///
/// On the file itself, so that it is one lock whatever links lead there. It belongs to the open file and not to the
/// process (fcntl(2), open file description locks). To close any descriptor of a file ends the locks that SQLite holds
/// there for the process, so this one may only be closed when the sessions on it are.
final class FileLock: Sendable {
    private let path: String
    private let descriptor: Guarded<Int32?>

    /// `F_OFD_SETLK` of Linux, which the C library's module does not show.
    private static let setLock: Int32 = 37

    /// Opens the file to lock.
    init(on path: String) throws(FileFailure) {
        let opened = open(path, O_RDWR | O_CLOEXEC)
        guard opened >= 0 else { throw FileFailure("open", path) }
        (self.path, descriptor) = (path, Guarded(opened))
    }

    deinit { close() }

    /// How many names the file has.
    var names: Int {
        var status = stat()
        guard let open = descriptor.withLock({ $0 }), fstat(open, &status) == 0 else { return 1 }
        return Int(status.st_nlink)
    }

    /// Takes the lock; false when somebody else holds it.
    func take() throws(FileFailure) -> Bool {
        guard let open = descriptor.withLock({ $0 }) else { return false }
        if Self.set(F_WRLCK, open) { return true }
        guard errno == EAGAIN || errno == EACCES else { throw FileFailure("lock", path) }
        return false
    }

    /// Gives it back and closes the file: a child that another thread is about to start may hold a copy of the
    /// descriptor for a moment, so that to close this one would not be enough.
    func close() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            _ = Self.set(F_UNLCK, open)
            Glibc.close(open)
            descriptor = nil
        }
    }

    private static func set(_ kind: Int32, _ descriptor: Int32) -> Bool {
        var lock = flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 1 << 62
        lock.l_len = 1
        return fcntl(descriptor, setLock, &lock) == 0
    }
}
