/// How often a transaction that found something locked is tried again: soon at first, then more and more rarely, until
/// the time for it is up.
///
/// Between two tries nothing is held and nobody queues behind.
struct LockPatience {
    private let end: ContinuousClock.Instant
    private var tries = 0

    /// The longest pause, in milliseconds.
    private static let longest = 30_000

    /// So many milliseconds in all.
    init(total: Int) { end = total.deadlineFromNow }

    /// The pause before the next try, in milliseconds; nil when there is no time left for one.
    mutating func pause() -> Int? {
        tries += 1
        let most = min(Self.longest, 500 << min(tries, 10))
        // By chance, so that those who got into each other's way do not meet again.
        let pause = CurrentMachine.value.number(in: most / 2...most)
        return pause.deadlineFromNow < end ? pause : nil
    }
}

extension FailureCause {
    /// Whether trying again may be all it takes: a lock, a deadlock, a conflict of serializable transactions, another
    /// writer of a file.
    var mayPass: Bool {
        ["55P03", "40P01", "40001"].contains(code) || code.hasPrefix("SQLITE_BUSY") || code.hasPrefix("SQLITE_LOCKED")
    }
}
