package import Glibc

/// The machine this program runs on.
struct ThisMachine: Machine {
    let disk: any Disk = ThisDisk()
    var executor: (any TaskExecutor)? { nil }
    var now: ContinuousClock.Instant { .now }

    var time: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UTC.text(time)
    }

    func sleep(for time: Duration) async { try? await Task.sleep(for: time) }

    func letters(_ count: Int, of alphabet: [Character]) -> String {
        String((0..<count).compactMap { _ in alphabet.randomElement() })
    }

    var process: String { ProcessMark.own.text }

    func end(process: String) { ProcessMark(process)?.end() }

    func number(in range: ClosedRange<Int>) -> Int { .random(in: range) }

    func run(_ program: ChildProcess) async throws(FileFailure) -> ChildProcess.Ending {
        try await program.runHere()
    }
}

/// Clock times as journals hold them.
package enum UTC {
    /// RFC 3339 with milliseconds.
    package static func text(_ time: timespec) -> String {
        var time = time
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        return "\(parts.tm_year + 1900)-\(pad(parts.tm_mon + 1))-\(pad(parts.tm_mday))T"
            + "\(pad(parts.tm_hour)):\(pad(parts.tm_min)):\(pad(parts.tm_sec)).\(pad(Int32(time.tv_nsec / 1_000_000), 3))Z"
    }

    private static func pad(_ number: Int32, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
