import CanonicalJSON
import Databases
import Planning
import Runbooks

/// Writes into a journal what became of steps that had begun when its process died.
struct Reconciliation {
    let context: RunContext
    let guards: [TargetGuard]
    /// Whether the run goes forward: then what was half done must be known, while a rollback is for that too.
    let direction: Direction

    /// Settles every step the journal leaves in doubt.
    ///
    /// - Returns: whether all of them could be.
    func settle() async throws(FileFailure) -> Bool {
        for phase in await context.log.state.phases {
            guard let id = phase.inDoubt, let planned = context.plan.phase(phase.id),
                let step = planned.steps.first(where: { $0.id == id })
            else { continue }
            let mark = step.mark(phase: phase.id, .forward)
            guard let event = await event(step, mark) else { return false }
            try await context.log.announce(event)
        }
        return true
    }

    private func event(_ step: PlannedStep, _ mark: StepMark) async -> Event? {
        switch step.action {
        case .capture: return .left(.nothing, mark, step, "the run ended before it was kept")
        case .backup: return .left(.nothing, mark, step, "the run ended before the backup was there")
        case .run:
            let words = "the run ended while the command ran"
            switch try? await look(step, mark) {
            case .applied?: return .stepApplied(mark, rows: 0, milliseconds: 0)
            case .absent?: return .left(.nothing, mark, step, "the run ended before the command was started")
            default: break
            }
            if step.doneWhen == nil, !step.isRepeatable, direction == .forward { return nil }
            return await probed(step, mark, otherwise: .part, words)
        case .apply(let script):
            switch try? await answer(script, step, mark) {
            case .applied: return .stepApplied(mark, rows: 0, milliseconds: 0)
            case .absent: return .left(.nothing, mark, step, "the run ended before it was applied")
            case .part: return await halfDone(script, step, mark)
            case .undecided, nil: return nil
            }
        }
    }

    /// What became of a step of which the ledger knows that it had begun, or that some of its statements are applied.
    private func halfDone(_ script: PlannedScript, _ step: PlannedStep, _ mark: StepMark) async -> Event? {
        let words = "the run ended in the middle of it"
        let sessions = PhaseSessions(context)
        // Names are looked up as the statement did, with its settings and as its role.
        guard step.doneWhen == nil, script.transaction == .none, let statement = script.statements.first,
            let session = try? await sessions.session(step.target),
            let work = statement.outsideWork(bound: context.bound(statement, session.dialect), session),
            let settings = session.dialect.applySessionSettings(
                TransactionSettings.outside(script.settings, role: script.role)),
            (try? await session.execute(settings)) != nil
        else {
            await sessions.close()
            return await probed(step, mark, otherwise: .part, words)
        }
        let event = await halfDone(work, mark, step, words)
        await sessions.retire(step.target)
        return event
    }

    private func halfDone(
        _ work: any OutsideWork, _ mark: StepMark, _ step: PlannedStep, _ words: String
    ) async -> Event? {
        // A rollback is for what was half done, too.
        let part: Event? = direction == .back ? .left(.part, mark, step, words) : nil
        guard let done = try? await work.wasDone() else { return part }
        if done { return .stepApplied(mark, rows: 0, milliseconds: 0) }
        if direction == .back, (try? await work.finish()) == true {
            return .stepApplied(mark, rows: 0, milliseconds: 0)
        }
        guard direction == .forward, let (remark, leaves) = try? await work.cleanUp(after: nil) else { return part }
        return .left(leaves, mark, step, remark.map { "\(words); \($0)" } ?? words)
    }

    /// What the step's own probe says, without one what is assumed, and nil when the probe gives no answer.
    private func probed(
        _ step: PlannedStep, _ mark: StepMark, otherwise leaves: Event.Leaves, _ message: String
    ) async -> Event? {
        guard let probe = step.doneWhen else { return .left(leaves, mark, step, message) }
        let sessions = PhaseSessions(context)
        let record = await CheckRunner(context: context, sessions: sessions).ask(
            probe, phase: mark.phase, moment: .condition)
        await sessions.close()
        switch record.verdict {
        case .pass: return .stepApplied(mark, rows: 0, milliseconds: 0)
        case .fail, .warn: return .left(.nothing, mark, step, "\(message), and it was not done: \(record.name)")
        // A rollback is for what was half done, too.
        case .error: return direction == .back ? .left(leaves, mark, step, message) : nil
        }
    }

    private func answer(
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark
    ) async throws(DatabaseError) -> Doubt.Answer {
        switch script.transaction {
        case .none: return try await look(step, mark) ?? .undecided
        case .file:
            return try await doubt(step, mark)?.resolve(patience: 10_000) ?? .undecided
        case .statement:
            for number in 1...max(1, script.statements.count) {
                let answer = try await doubt(step, mark.statement(number))?.resolve(patience: 10_000)
                switch answer {
                case .applied: continue
                case .absent: return number == 1 ? .absent : .part
                default: return .undecided
                }
            }
            return .applied
        }
    }

    /// What the ledger says of a step that is in no transaction.
    private func look(_ step: PlannedStep, _ mark: StepMark) async throws(DatabaseError) -> Doubt.Answer? {
        try await doubt(step, mark)?.look()
    }

    private func doubt(_ step: PlannedStep, _ mark: StepMark) async -> Doubt? {
        guard let held = guards.first(where: { $0.target.name == step.target }) else { return nil }
        let marker = await context.marker(mark, of: step, state: .applied)
        return Doubt(marker: marker, session: await held.session)
    }
}

extension Event {
    fileprivate static func left(_ leaves: Leaves, _ mark: StepMark, _ step: PlannedStep, _ message: String) -> Event {
        .stepFailed(mark, cause: FailureCause(message: message, place: step.place), leaves: leaves)
    }
}
