import Databases
import Dispatch
import Glibc

/// Lines from standard input, waited for beside the cooperative pool.
enum TerminalInput {
    private static let queue = DispatchQueue(label: "gonogo.terminal")
    /// The question that waits for its answer.
    private static let prompt = Guarded<String?>(nil)

    /// Whether somebody is being asked right now.
    static var isWaiting: Bool { prompt.withLock { $0 != nil } }

    /// Asks for a line and gives it without its end and surrounding blanks; nil at the end of the input, of the time,
    /// or when something came between.
    ///
    /// What was typed before the question is no answer to it.
    static func line(
        _ question: String,
        until deadline: ContinuousClock.Instant?,
        unless isInterrupted: @escaping @Sendable () -> Bool
    ) async -> String? {
        tcflush(STDIN_FILENO, TCIFLUSH)
        // Before the question: the answer to it may be a signal, and may come at once.
        prompt.withLock {
            $0 = question
            Output.message(question)
        }
        return await withCheckedContinuation { continuation in
            queue.async {
                let line = readLine(until: deadline, unless: isInterrupted)
                prompt.withLock { $0 = nil }
                continuation.resume(returning: line)
            }
        }
    }

    /// Prints what happens meanwhile; a question that waits is asked again below it.
    static func interject(_ text: String) {
        prompt.withLock { Output.message($0.map { "\n" + text + $0 } ?? text) }
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
