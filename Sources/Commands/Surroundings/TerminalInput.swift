import Dispatch
import Glibc

/// Lines from standard input, waited for beside the cooperative pool.
enum TerminalInput {
    private static let queue = DispatchQueue(label: "gonogo.terminal")

    /// The next line without its end and surrounding blanks; nil at the end of the input or of the time.
    static func line(until deadline: ContinuousClock.Instant?) async -> String? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: readLine(until: deadline)) }
        }
    }

    private static func readLine(until deadline: ContinuousClock.Instant?) -> String? {
        var bytes: [UInt8] = []
        while true {
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&input, 1, 200)
            if let deadline, deadline <= .now { return nil }
            guard ready > 0 else { continue }
            var byte: UInt8 = 0
            guard read(STDIN_FILENO, &byte, 1) == 1 else { return nil }
            if byte == 0x0A { return trimmed(bytes) }
            bytes.append(byte)
        }
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
