import Glibc
import Synchronization

/// Standard output and standard error; a reader that went away never stops a run.
enum Output {
    /// Why results could not be written, other than that nobody reads them any more.
    static var problem: String? {
        let code = resultProblem.load(ordering: .acquiring)
        return code == 0 ? nil : String(cString: strerror(code))
    }

    private static let resultProblem = Atomic<Int32>(0)

    /// Writes results.
    static func result(_ text: String) {
        let code = write(text, to: STDOUT_FILENO)
        if code != 0, code != EPIPE { resultProblem.store(code, ordering: .releasing) }
    }

    /// Writes everything else.
    static func message(_ text: String) { _ = write(text, to: STDERR_FILENO) }

    /// The error that kept it from writing everything, or 0.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var full = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&full, 1, -1)
                continue
            }
            guard count > 0 else { return count < 0 ? errno : EIO }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
