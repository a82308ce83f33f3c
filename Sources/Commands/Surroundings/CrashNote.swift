import Glibc

/// The last words of a process that dies of a fault of its own: fixed ones, as anything it holds may be secret.
enum CrashNote {
    /// From now on a trap says what to do next and ends with exit code 1, and no image of the memory is left behind.
    static func install() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            signal(number) { _ in
                // Only what is allowed in a signal handler (signal-safety(7)): no allocation, no lock.
                let words: StaticString = """

                    gonogo ended because of a fault of its own; what was applied is known all the same.
                    Next   gonogo status

                    """
                _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
                _exit(ExitCode.internal.rawValue)
            }
        }
    }
}
