import Glibc

/// The lock of a database that is a file and has none to offer: held on a file beside it until this process ends,
/// however it ends.
///
/// Not on the database's own file: closing any descriptor of it would drop the locks SQLite holds there.
final class FileLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Gives it back: a child that another thread is about to start may hold a copy of the descriptor for a moment,
    /// so that closing this one would not be enough.
    func release() { flock(descriptor, LOCK_UN) }

    /// Takes the lock; nil when somebody holds it.
    ///
    /// The file it is held on gets the rights of the database's, so that whoever may write there may take the lock.
    static func take(besides database: String) throws(FileFailure) -> FileLock? {
        let path = database + "-gonogo"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileFailure("open", path) }
        var (rights, own) = (stat(), stat())
        if stat(database, &rights) == 0, fstat(descriptor, &own) == 0, own.st_uid == geteuid() {
            fchmod(descriptor, rights.st_mode & 0o666)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return FileLock(descriptor) }
        let code = errno
        close(descriptor)
        guard code == EWOULDBLOCK else { throw FileFailure("lock", path, errno: code) }
        return nil
    }
}
