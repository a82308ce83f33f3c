import Databases
import Glibc

/// Who acts for a run: a person on a host, in a process, and a word that tells this time from every other.
struct RunOwner: Sendable, Equatable {
    /// `user@host`.
    let name: String
    /// The process, as `ProcessMark` writes it.
    let process: String
    /// Must be given to whoever takes the run away, so that nobody takes it from somebody else than he looked at.
    let nonce: String

    /// This process, for the first time or again.
    init(_ name: String) {
        self.name = name
        process = ProcessMark.own.text
        nonce = CurrentMachine.value.letters(6, of: Array("abcdefghjkmnpqrstuvwxyz23456789"))
    }
}

/// Who holds a database, as its ledger and its server tell.
public struct RunHolder: Sendable, Equatable {
    /// The run; nil for one that is about to begin.
    public let run: String?
    /// `user@host`.
    public let owner: String
    /// Its process.
    let process: ProcessMark?
    /// When the run began, by the database's clock.
    public let since: String
    /// What a takeover must be given; nil when nothing can be taken over.
    public let nonce: String?

    /// What a query must select for it.
    static let columns = "run_id, owner, process, CAST(started_at AS text), nonce"

    /// A row of those columns.
    init?(_ row: [DatabaseValue]?) {
        guard let row, row.count == 5, let run = row[0].text else { return nil }
        self.run = run
        owner = row[1].text ?? ""
        process = row[2].text.flatMap(ProcessMark.init)
        since = String((row[3].text ?? "").prefix(19))
        nonce = row[4].text
    }

    /// A session of which the ledger knows nothing.
    init(session process: String, of owner: String, since: String) {
        self.run = nil
        self.owner = "\(owner), session \(process)"
        self.process = nil
        self.since = String(since.prefix(19))
        nonce = nil
    }

    /// What a takeover names; nil when nothing can be taken over.
    public var takeover: (run: String, nonce: String)? {
        guard let run, let nonce else { return nil }
        return (run, nonce)
    }

    /// In a line.
    public var words: String {
        let place = process.map { ", pid \($0.id)" } ?? ""
        return (run.map { "run \($0) of " } ?? "") + "\(owner)\(place), since \(since)"
    }
}

/// A process and no other: ids are given out again, also after the machine was started anew.
struct ProcessMark: Sendable, Equatable {
    /// Its id.
    let id: pid_t
    /// When it began, in the kernel's ticks since the machine started (proc(5), `stat`, field 22).
    private let start: String
    /// The machine's start (random(4)).
    private let boot: String

    /// This process.
    static var own: ProcessMark {
        let machine = CurrentMachine.value
        let id = machine.process
        return ProcessMark(id: id, start: machine.start(of: id) ?? "", boot: machine.boot)
    }

    private init(id: pid_t, start: String, boot: String) { (self.id, self.start, self.boot) = (id, start, boot) }

    /// Reads `id/start/boot`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let id = pid_t(parts[0]) else { return nil }
        self.init(id: id, start: parts[1], boot: parts[2])
    }

    /// As the ledger keeps it.
    var text: String { "\(id)/\(start)/\(boot)" }

    /// Whether it runs, or stands still, on this machine.
    var isHere: Bool {
        let machine = CurrentMachine.value
        return !start.isEmpty && boot == machine.boot && machine.start(of: id) == start
    }

    /// Ends it for good; another process that got its id meanwhile is left alone.
    func end() { if isHere { CurrentMachine.value.kill(id) } }
}
