import CanonicalJSON
import Databases
import Planning

/// Whether the journal of a run and the ledger of a target tell the same.
///
/// A marker is written in the transaction of its step, and the journal says before that the step has begun. So each
/// step the journal knows as applied has a marker, each marker belongs to a step the journal knows to have begun, and
/// each names a head that the journal has had. Anything else means that one of them is not what the run wrote: a
/// database restored to an earlier time, an older copy of the journal.
struct Divergence {
    private let plan: Plan
    private let state: RunState
    /// The steps that began, with their directions.
    private let begun: Set<[String]>
    /// The heads that the journal has had.
    private let heads: Set<String>

    /// Reads the journal once, for all targets.
    init(plan: Plan, lines: [JournalLine]) {
        self.plan = plan
        state = RunState(lines.map(\.event))
        begun = Set(lines.compactMap(\.event.begunStep))
        heads = Set(lines.map(\.hash.hex) + lines.flatMap(\.event.recoveredHeads))
    }

    /// The first contradiction in a target, as a refusal; nil when there is none.
    func find(in held: TargetGuard, run: String, cycle: Int) async throws(RunRefusal) -> RunRefusal? {
        let markers = try await held.markers(of: plan, cycle: cycle)
        return unknown(among: markers, of: held, run) ?? missing(among: markers, of: held, run)
    }

    /// A marker that the journal knows nothing of.
    private func unknown(among markers: [LedgerMarker], of held: TargetGuard, _ run: String) -> RunRefusal? {
        for marker in markers {
            guard begun.contains([marker.ownStep, marker.direction]) else {
                let ledger = "\(marker.state) (\(marker.direction))"
                return contradiction(held, run, marker.step, journal: "it was never begun", ledger: ledger)
            }
            guard heads.contains(marker.head) else {
                let journal = "it is not the one this step was written into"
                return contradiction(held, run, marker.step, journal: journal, ledger: marker.state)
            }
        }
        return nil
    }

    /// A step that the journal says is applied and the ledger knows nothing of.
    func missing(among markers: [LedgerMarker], of held: TargetGuard, _ run: String) -> RunRefusal? {
        state.unmarked(in: held.target.name, of: plan, among: markers).map { missing in
            let journal = "applied (\(missing.direction.rawValue))"
            return contradiction(held, run, missing.step, journal: journal, ledger: "it knows nothing of it")
        }
    }

    private func contradiction(
        _ held: TargetGuard, _ run: String, _ step: String, journal: String, ledger: String
    ) -> RunRefusal {
        .diverged(run: run, target: held.target.name, step: step, journal: journal, ledger: ledger)
    }
}

/// A step as a ledger marks it: once for each direction.
struct MarkedStep: Hashable {
    let step: String
    let direction: Direction
}

extension RunState {
    /// The first step of SQL on a target that took effect, and of which its ledger knows nothing: a server may come back
    /// as it was before, and a standby in its place may not have heard everything.
    func unmarked(in target: String, of plan: Plan, among markers: [LedgerMarker]) -> MarkedStep? {
        let known = Set(markers.map { [$0.ownStep, $0.direction] })
        for step in plan.phases.lazy.flatMap({ $0.steps + $0.rollbackSteps }) where step.target == target {
            guard step.script != nil else { continue }
            for direction in [Direction.forward, .back] where !known.contains([step.id, direction.rawValue]) {
                let wanted = MarkedStep(step: step.id, direction: direction)
                if marked.contains(wanted) { return wanted }
            }
        }
        return nil
    }
}

extension TargetGuard {
    /// The markers of a plan's cycle.
    func markers(of plan: Plan, cycle: Int) async throws(RunRefusal) -> [LedgerMarker] {
        do throws(DatabaseError) {
            return try await session.markers(of: plan.work.hex, target: target.name, cycle: cycle)
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
    }
}

extension DatabaseSession {
    /// All markers of a plan's cycle: it may have tens of thousands of steps.
    func markers(of plan: String, target: String, cycle: Int) async throws(DatabaseError) -> [LedgerMarker] {
        let question = Ledger(dialect).markers(of: plan, target: target, cycle: cycle)
        let limits = ResultLimits(rows: .max, bytes: 1 << 30)
        return try await execute(question, limits: limits, deadline: nil).rows.compactMap(LedgerMarker.init)
    }
}

extension Event {
    /// The step that is about to act, with its direction.
    fileprivate var begunStep: [String]? {
        guard case .stepStarted(let mark) = self else { return nil }
        return [mark.step, mark.direction.rawValue]
    }

    /// The heads of lines that were lost and stood here.
    fileprivate var recoveredHeads: [String] {
        guard case .runRecovered(let recovery) = self else { return [] }
        return recovery.heads
    }
}
