import CanonicalJSON
import Glibc
import Synchronization

/// What a run writes down: journal, state and observer in one, so that they cannot disagree.
///
/// Every text passes the redactor on the way; events reach the observer in the order of the journal.
actor RunLog {
    nonisolated let executor = QueueExecutor(label: "gonogo.log")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    nonisolated let redactor = Redactor()

    /// Where the run stands.
    private(set) var state: RunState
    private var file: JournalFile
    private let observe: @Sendable (JournalLine) -> Void

    init(
        directory: RunDirectory, after lines: [JournalLine], observe: @escaping @Sendable (JournalLine) -> Void
    ) throws(FileFailure) {
        file = try JournalFile(path: directory.journalPath, after: lines)
        state = RunState(lines.map(\.event))
        self.observe = observe
    }

    /// The hash of the journal's last line.
    var head: Digest { file.head }

    /// Writes down what happened; it may reach the disk with the next announcement.
    func report(_ event: Event) throws(FileFailure) { try record(event, durable: false) }

    /// Writes down what is about to happen; it is on disk when this returns.
    func announce(_ event: Event) throws(FileFailure) { try record(event, durable: true) }

    private func record(_ event: Event, durable: Bool) throws(FileFailure) {
        let event = redactor.redact(event)
        let line = try file.append(event, time: UTC.now, durable: durable)
        state.apply(event)
        observe(line)
    }
}

/// Takes secrets out of everything that is written down or shown.
final class Redactor: Sendable {
    private let secrets = Mutex<[String]>([])

    /// Remembers a secret; one too short to be told from other text is not replaced, so it must be refused.
    func remember(_ secret: String) {
        secrets.withLock { if !$0.contains(secret) { $0.append(secret) } }
    }

    /// The event without any secret in any of its texts.
    func redact(_ event: Event) -> Event {
        let secrets = secrets.withLock { $0 }
        guard !secrets.isEmpty else { return event }
        var members = event.json
        members["type"] = .string(event.type)
        return Event(json: Self.redact(.object(members), secrets)) ?? event
    }

    /// The text without any secret.
    func redact(_ text: String) -> String { Self.redact(text, secrets.withLock { $0 }) }

    private static func redact(_ json: JSON, _ secrets: [String]) -> JSON {
        switch json {
        case .string(let text): .string(redact(text, secrets))
        case .array(let elements): .array(elements.map { redact($0, secrets) })
        case .object(let members): .object(members.mapValues { redact($0, secrets) })
        default: json
        }
    }

    private static func redact(_ text: String, _ secrets: [String]) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "***") }
    }
}

/// Clock times as journals hold them.
enum UTC {
    /// Now, RFC 3339 with milliseconds.
    static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
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
