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
    let plan: Plan
    let lines: [JournalLine]

    /// The first contradiction in a target, as a refusal; nil when there is none.
    func find(in held: TargetGuard, run: String, cycle: Int) async throws(RunRefusal) -> RunRefusal? {
        let rows: [[DatabaseValue]]
        do throws(DatabaseError) {
            rows = try await held.session.execute(
                held.ledger.markers(of: plan.digest.hex, target: held.target.name, cycle: cycle)
            ).rows
        } catch {
            throw .ledgerUnusable(target: held.target.name, error)
        }
        let markers = rows.compactMap { row in row.count == 4 ? row.map { $0.text ?? "" } : nil }
        func contradiction(_ step: String, _ journal: String, _ ledger: String) -> RunRefusal {
            .diverged(run: run, target: held.target.name, step: step, journal: journal, ledger: ledger)
        }
        let begun = Set(lines.compactMap(\.event.begunStep))
        let heads = Set(lines.map(\.hash.hex))
        for marker in markers {
            let step = Self.step(of: marker[0])
            guard begun.contains([step, marker[1]]) else {
                return contradiction(marker[0], "it was never begun", "\(marker[2]) (\(marker[1]))")
            }
            guard heads.contains(marker[3]) else {
                return contradiction(marker[0], "it is not the one this step was written into", marker[2])
            }
        }
        let marked = Set(markers.map { [Self.step(of: $0[0]), $0[1]] })
        let missing = applied(in: held.target.name).first { !marked.contains($0) }
        return missing.map { contradiction($0[0], "applied (\($0[1]))", "it knows nothing of it") }
    }

    /// The steps of SQL on a target that the journal says are applied, with their directions.
    private func applied(in target: String) -> [[String]] {
        let steps = plan.phases.flatMap { $0.steps + $0.rollbackSteps }.filter { step in
            guard step.target == target, case .apply = step.action else { return false }
            return true
        }
        let applied = Set(
            lines.compactMap { line -> [String]? in
                guard case .stepApplied(let mark, _, _) = line.event else { return nil }
                return [mark.step, mark.direction.rawValue]
            })
        return steps.flatMap { step in [Direction.forward, .back].map { [step.id, $0.rawValue] } }
            .filter(applied.contains)
    }

    /// The step a marker belongs to: statements with transactions of their own are numbered.
    private static func step(of marker: String) -> String {
        marker.lastIndex(of: "#").map { String(marker[..<$0]) } ?? marker
    }
}

extension Event {
    /// The step that is about to act, with its direction.
    fileprivate var begunStep: [String]? {
        guard case .stepStarted(let mark) = self else { return nil }
        return [mark.step, mark.direction.rawValue]
    }
}
