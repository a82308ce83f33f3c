import Databases
import Planning
public import Statements

/// A session that a step would have to wait for if the plan ran now.
public struct LockHolder: Sendable, Equatable {
    /// The target it works in.
    public let target: String
    /// The phase that would wait.
    public let phase: String
    /// What it would wait for a lock on; nil where it waits for every older transaction, whatever that touches.
    public let object: String?
    /// The lock that the step takes.
    public let wanted: LockMode
    /// The lock that is held; nil as above.
    public let held: LockMode?
    /// Who holds it, how that session stands, and for how many seconds: as the server tells.
    public let who: String
    /// `active`, `idle in transaction`...
    public let state: String
    /// Since its transaction began.
    public let seconds: Int
}

extension LockHolder {
    /// Those who hold now what the steps of a plan would lock in a target, one for each session and phase.
    static func now(
        for plan: Plan, in target: PlannedTarget, _ session: any DatabaseSession
    ) async throws(DatabaseError) -> [LockHolder] {
        let wishes = plan.wishes(in: target.name)
        guard !wishes.isEmpty, let question = session.dialect.lockHolders(of: wishes.map(\.name).unique) else {
            return []
        }
        let rows = try await session.execute(question).rows.compactMap(HeldLock.init)
        var found: [LockHolder] = []
        for wish in wishes {
            for row in rows where row.blocks(wish) {
                guard !found.contains(where: { $0.phase == wish.phase && $0.who == row.who }) else { continue }
                found.append(
                    LockHolder(
                        target: target.name, phase: wish.phase, object: row.name == nil ? nil : wish.shown,
                        wanted: wish.mode, held: row.mode, who: row.who, state: row.state, seconds: row.seconds))
            }
        }
        return found
    }
}

/// A lock that a step takes on a table that is there.
private struct Wish {
    let phase: String
    let schema: String?
    let name: String
    let mode: LockMode
    /// Whether every transaction that is older than the statement is waited for (manual, CREATE INDEX).
    let waitsForAll: Bool

    var shown: String { schema.map { "\($0).\(name)" } ?? name }
}

/// A row of what the dialect asks for.
private struct HeldLock {
    let schema: String
    let name: String?
    let isVisible: Bool
    let mode: LockMode?
    let who: String
    let state: String
    let seconds: Int

    init?(_ row: [DatabaseValue]) {
        guard row.count == 7, let who = row[4].text else { return nil }
        schema = row[0].text ?? ""
        name = row[1].text
        isVisible = row[2].text == "true"
        mode = row[3].text.flatMap(LockMode.init(server:))
        self.who = who
        state = row[5].text ?? ""
        seconds = row[6].text.flatMap { Int($0) } ?? 0
    }

    func blocks(_ wish: Wish) -> Bool {
        guard let name, let mode else { return wish.waitsForAll }
        return name == wish.name && (wish.schema.map { $0 == schema } ?? isVisible) && wish.mode.conflicts(with: mode)
    }
}

extension Plan {
    /// The locks that keep others waiting, of its forward steps in a target.
    fileprivate func wishes(in target: String) -> [Wish] {
        let impacts = Dictionary(grouping: review.impacts, by: \.step)
        return active.flatMap { phase in
            phase.steps.filter { $0.target == target }.flatMap { step in
                (impacts[step.id] ?? []).flatMap { impact -> [Wish] in
                    let verb = step.script?.statements[impact.index].verb ?? ""
                    return impact.locks.filter(\.isNamed).map { lock in
                        let parts = lock.object.split(separator: ".", maxSplits: 1).map(String.init)
                        return Wish(
                            phase: phase.id, schema: parts.count > 1 ? parts[0] : nil, name: parts.last ?? "",
                            mode: lock.mode, waitsForAll: verb.contains("CONCURRENTLY"))
                    }
                }
            }
        }
    }
}

extension [String] {
    fileprivate var unique: [String] { Set(self).sorted() }
}
