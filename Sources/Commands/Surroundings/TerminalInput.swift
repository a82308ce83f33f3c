import Dispatch
import Glibc
import Synchronization

/// Lines from standard input, waited for beside the cooperative pool.
enum TerminalInput {
    private static let queue = DispatchQueue(label: "gonogo.terminal")
    private static let waiting = Atomic(false)

    /// Whether somebody is being asked right now.
    static var isWaiting: Bool { waiting.load(ordering: .acquiring) }

    /// Asks for a line and gives it without its end and surrounding blanks; nil at the end of the input, of the time,
    /// or when something came between.
    static func line(
        _ prompt: String,
        until deadline: ContinuousClock.Instant?,
        unless isInterrupted: @escaping @Sendable () -> Bool
    ) async -> String? {
        // Before the question: the answer to it may be a signal, and may come at once.
        waiting.store(true, ordering: .releasing)
        Output.message(prompt)
        return await withCheckedContinuation { continuation in
            queue.async {
                let line = readLine(until: deadline, unless: isInterrupted)
                waiting.store(false, ordering: .releasing)
                continuation.resume(returning: line)
            }
        }
    }

    private static func readLine(
        until deadline: ContinuousClock.Instant?,
        unless isInterrupted: () -> Bool
    ) -> String? {
        var bytes: [UInt8] = []
        while !isInterrupted() {
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&input, 1, 100)
            if let deadline, deadline <= .now { return nil }
            guard ready > 0 else { continue }
            var byte: UInt8 = 0
            guard read(STDIN_FILENO, &byte, 1) == 1 else { return nil }
            if byte == 0x0A { return trimmed(bytes) }
            bytes.append(byte)
        }
        return nil
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
