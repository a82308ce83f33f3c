import CanonicalJSON
public import Planning

/// What taking a phase back would lose of what was written since.
public struct Loss: Sendable, Equatable {
    /// The phase.
    public let phase: String
    /// The table, or the column.
    public let what: PlannedLoss
    /// How many rows, or rows with a value in the column, there are more than the phase left; nil where they could not
    /// be counted.
    public let rows: Int?

    /// Whether something may be lost.
    var isSome: Bool { rows.map { $0 > 0 } ?? true }
}

/// How much of what a rollback loses a person has accepted, as a word of the command line.
///
/// It holds the counts and a digest over them, the run, and what is lost: for another run, for something else or for more
/// it does not fit.
struct LossToken: Equatable {
    let text: String
    private let rows: [Int?]

    init(_ run: String, _ losses: [Loss]) { self.init(run, losses, losses.map(\.rows)) }

    private init(_ run: String, _ losses: [Loss], _ rows: [Int?]) {
        self.rows = rows
        let counts = rows.map { $0.map(String.init) ?? "x" }
        let names = losses.map { JSON.array([.string($0.phase), $0.what.json]) }
        let digest = Digest(of: ["run": .string(run), "losses": .array(names), "rows": .array(counts.map(JSON.string))])
        text = "\(counts.joined(separator: "."))-\(digest.hex.prefix(8))"
    }

    /// Whether a word that was given accepts all of these losses of a run.
    static func accepts(_ given: String, _ losses: [Loss], of run: String) -> Bool {
        guard let counts = given.split(separator: "-").first?.split(separator: "."), counts.count == losses.count else {
            return false
        }
        let rows = counts.map { Int($0) }
        guard LossToken(run, losses, rows).text == given else { return false }
        return zip(losses, rows).allSatisfy { loss, accepted in
            guard let now = loss.rows else { return accepted == nil }
            return accepted.map { now <= $0 } ?? true
        }
    }
}

extension Loss {
    var json: JSON {
        .compact(["phase": .string(phase), "what": what.json, "rows": rows.map { .integer($0) } ?? .null])
    }

    init?(_ json: JSON) {
        guard let phase = json["phase"]?.string, let what = json["what"].flatMap(PlannedLoss.init(json:)) else {
            return nil
        }
        self.init(phase: phase, what: what, rows: json["rows"]?.integer)
    }
}
