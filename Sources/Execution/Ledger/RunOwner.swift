import Databases

/// Who acts for a run: a person on a host, in a process, and a word that tells this time from every other.
struct RunOwner: Sendable, Equatable {
    /// `user@host`.
    let name: String
    /// The process, as the machine names it.
    let process: String
    /// Must be given to whoever takes the run away, so that nobody takes it from somebody else than he looked at.
    let nonce: String

    /// This process, for the first time or again.
    init(_ name: String) {
        self.name = name
        process = CurrentMachine.value.process
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        nonce = CurrentMachine.value.letters(6, of: letters)
    }
}

/// Who holds a database, as its ledger and its server tell.
public struct RunHolder: Sendable, Equatable {
    /// The run; nil for one that is about to begin.
    public let run: String?
    /// `user@host`.
    public let owner: String
    /// Its process, as its machine names it.
    let process: String?
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
        process = row[2].text
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

    /// Whether it may be gone in a moment: its process, which ran on this machine, has ended, or no ledger knows it.
    var isPassing: Bool { process.map { ProcessMark($0)?.isGone ?? false } ?? true }

    /// What a takeover names; nil when nothing can be taken over.
    public var takeover: (run: String, nonce: String)? {
        guard let run, let nonce else { return nil }
        return (run, nonce)
    }

    /// In a line.
    public var words: String {
        let place = process.flatMap(ProcessMark.init).map { ", pid \($0.id)" } ?? ""
        return (run.map { "run \($0) of " } ?? "") + "\(owner)\(place), since \(since)"
    }
}
