import Dispatch
import Glibc

/// A program at a terminal of its own, with somebody who reads and types.
public final class Terminal: Sendable {
    /// Its process id.
    public let process: Int32
    private let master: Int32

    init(_ call: Call) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: UInt32 = 0
        var locked: Int32 = 0
        // TIOCGPTN and TIOCSPTLCK, of which the Glibc module sees no more than of ptsname(3) and unlockpt(3).
        guard ioctl(master, 0x8004_5430, &number) == 0, ioctl(master, 0x4004_5431, &locked) == 0 else {
            throw TestFailure("no terminal")
        }
        process = try Spawning(
            arguments: call.arguments,
            environment: call.environment,
            directory: call.directory,
            terminal: "/dev/pts/\(number)"
        ).start((nil, nil, nil))
    }

    /// Reads until a text has come, types the answer each time, then reads to the end.
    ///
    /// - Returns: all that was on the screen, the echo of what was typed among it, and the exit status.
    public func dialogue(_ steps: [(awaiting: String, typing: String)]) async -> (
        screen: String, status: Int32
    ) {
        await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: self.converse(steps)) }
        }
    }

    private static let queue = DispatchQueue(label: "gonogo.tests.terminals", attributes: .concurrent)

    private func converse(_ steps: [(awaiting: String, typing: String)]) -> (screen: String, status: Int32) {
        var seen: [UInt8] = []
        var unread = ""
        var steps = steps[...]
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        // A terminal whose other end is closed cannot be read: that is its end.
        while case let more = readBefore(deadline), !more.isEmpty {
            seen += more
            unread += String(decoding: more, as: UTF8.self)
            while let step = steps.first, let found = unread.firstRange(of: step.awaiting) {
                unread = String(unread[found.upperBound...])
                steps.removeFirst()
                let bytes = Array(step.typing.utf8)
                write(master, bytes, bytes.count)
            }
        }
        if ContinuousClock.now >= deadline { kill(process, SIGKILL) }
        close(master)
        let screen = String(decoding: seen.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        return (screen, status(of: process))
    }

    private func readBefore(_ deadline: ContinuousClock.Instant) -> [UInt8] {
        while ContinuousClock.now < deadline {
            var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            if poll(&polled, 1, 200) > 0 { return readSome(master) }
        }
        return []
    }
}
