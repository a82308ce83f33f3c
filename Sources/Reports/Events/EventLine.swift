import Diagnostics
public import Execution
public import Planning

/// A line of a journal as people read it while a run goes on.
public enum EventLine {
    /// How wide the names of a plan's phases are, as far as they stand below each other.
    public static func phaseWidth(_ plan: Plan) -> Int {
        min(32, plan.phases.map { $0.id.printable.displayWidth }.max() ?? 0)
    }

    /// The event in one line after its time, for logs; nil when it is not worth one.
    public static func plain(_ line: JournalLine, phaseWidth: Int = 9) -> String? {
        guard let words = EventWords(line.event) else { return nil }
        let time = line.time.prefix(19).description.printable + "Z"
        let phase = (words.phase ?? "run").printable.padded(to: max(3, phaseWidth))
        return ("\(time) \(phase) \(words.word.text) \(words.line)").trimmingTrailingBlanks
    }

    /// The event for a terminal, after a time of day the caller worked out, with what belongs to it on lines of their
    /// own below; nil when it is not worth a line.
    public static func terminal(_ line: JournalLine, clock: String, phaseWidth: Int = 10) -> String? {
        // How it ended is said by the summary.
        if case .runFinished = line.event { return nil }
        guard let words = EventWords(line.event) else { return nil }
        let phase = (words.phase ?? "run").printable.padded(to: max(3, phaseWidth))
        let head = "\(clock.printable)  \(words.word.text.padded(to: 5)) \(phase)  \(words.headline)"
        let lines = [head] + words.below.map { String(repeating: " ", count: 16) + $0 }
        return lines.map(\.trimmingTrailingBlanks).joined(separator: "\n")
    }
}

/// What kind of line it is.
enum EventWord: String {
    case run = "RUN"
    case start = "START"
    case step = "STEP"
    case kept = "KEPT"
    case pass = "PASS"
    case warn = "WARN"
    case fail = "FAIL"
    case error = "ERROR"
    case gate = "GATE"
    case go = "GO"
    case noGo = "NO-GO"
    case skip = "SKIP"
    case note = "NOTE"
    case undo = "UNDO"
    case stop = "STOP"
    case done = "DONE"
    case end = "END"

    var text: String { rawValue }
}
