import Glibc

/// A value that several threads use, one at a time.
///
/// It does what `Synchronization.Mutex` does by a lock that the thread sanitizer understands: with `Mutex` every
/// use on Linux is reported as a race, and the reports that matter drown.
public final class Guarded<Value: Sendable>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    /// Guards a value.
    public init(_ value: Value) {
        self.value = value
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Uses the value while nobody else does; the body must not wait for anything.
    public func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&value)
    }
}
