import CanonicalJSON
import Databases
import Planning

/// What speaks for one outcome of a step and what for another.
public struct StepEvidence: Sendable {
    /// What it does, in a few words.
    public let title: String
    /// What the journal says of it, in order.
    public let journal: [JournalLine]
    /// What its marker in the ledger says; nil when there is none, or no ledger to ask.
    public let ledger: String?
    /// What its own probe answers now; nil when it has none.
    public let probe: CheckRecord?
}

extension Runner {
    /// What is known of a step in doubt, by journal, ledger and its own probe.
    ///
    /// - Throws: `RunRefusal` also for a step whose outcome is known.
    public func evidence(_ directory: RunDirectory, step id: String) async throws(RunRefusal) -> StepEvidence {
        try await holding(directory) { plan, lines, guards throws(RunRefusal) in
            let open = try openStep(id, plan, lines)
            let state = RunState(lines.map(\.event))
            let variables = try await resolve(plan.variables)
            let context = try context(plan, directory, after: lines, cycle: max(1, state.cycle), guards, variables)
            let probe = await probe(open, context)
            await context.log.close()
            let held = guards.first { $0.target.name == open.step.target }
            let marker = try await held?.word(on: open, plan, cycle: max(1, state.cycle))
            let journal = lines.filter { $0.event.step == id }
            return StepEvidence(title: open.mark.title, journal: journal, ledger: marker, probe: probe)
        }
    }

    /// Writes down what a person says of a step in doubt, in journal and ledger; nothing is deleted.
    public func resolve(
        _ directory: RunDirectory, step id: String, as resolution: Resolution
    ) async throws(RunRefusal) {
        try await holding(directory) { plan, lines, guards throws(RunRefusal) in
            let open = try openStep(id, plan, lines)
            let word = Event.stepResolved(open.mark, resolution)
            try await record(word, in: directory, plan, lines, guards, status: .stopped) {
                context, held throws(RunRefusal) in
                guard held.target.name == open.step.target else { return }
                let said = Marker.State(resolution.verdict)
                let marker = await context.marker(open.mark, of: open.step, state: said ?? .started)
                // What was not done is begun anew.
                try await held.write(said == nil ? held.ledger.withdraw(marker) : held.ledger.override(marker))
            }
        }
    }

    /// Writes a person's word into the journal of a run that stands still, and what follows from it into the ledgers.
    func record(
        _ word: Event, in directory: RunDirectory, _ plan: Plan, _ lines: [JournalLine], _ guards: [TargetGuard],
        status: RunRow.Status, _ follow: (RunContext, TargetGuard) async throws(RunRefusal) -> Void
    ) async throws(RunRefusal) {
        let known = try await ledgerRows(of: directory.run, RunState(lines.map(\.event)), guards)
        try await inspect(directory, lines, plan, known, guards)
        let variables = try await resolve(plan.variables)
        let epochs = try await takeOver(directory.run, guards, plan, known.cycle)
        let context = try context(
            plan, directory, after: lines, cycle: known.cycle, epochs: epochs, guards, variables)
        do throws(FileFailure) {
            try await context.log.announce(word)
        } catch {
            throw .state(error)
        }
        await context.log.close()
        for held in guards {
            try await follow(context, held)
            try await held.finish(directory.run, status: status, epoch: epochs[held.target.name] ?? 1)
        }
    }

    /// What the step's own probe says now.
    private func probe(_ open: OpenStep, _ context: RunContext) async -> CheckRecord? {
        guard let question = open.step.doneWhen else { return nil }
        let sessions = PhaseSessions(context)
        let record = await CheckRunner(context: context, sessions: sessions).ask(
            question, phase: open.mark.phase, moment: .condition)
        await sessions.close()
        await context.idleSessions.close()
        return record
    }

    fileprivate typealias OpenStep = (step: PlannedStep, mark: StepMark)

    /// A step whose outcome is open: in doubt, done in part, or a step of a rollback that failed.
    private func openStep(_ id: String, _ plan: Plan, _ lines: [JournalLine]) throws(RunRefusal) -> OpenStep {
        let state = RunState(lines.map(\.event))
        var open: [String: OpenStep] = [:]
        var known: Set<String> = []
        for phase in plan.phases {
            known.formUnion((phase.steps + phase.rollbackSteps).map(\.id))
            guard let now = state.phase(phase.id) else { continue }
            for step in phase.steps where now.inDoubt == step.id || now.partly.contains(step.id) {
                open[step.id] = (step, step.mark(phase: phase.id, .forward))
            }
            guard now.status == .rollbackFailed || now.status == .rollingBack else { continue }
            for step in phase.rollbackSteps { open[step.id] = (step, step.mark(phase: phase.id, .back)) }
        }
        if let found = open[id] { return found }
        let names = open.keys.sorted()
        throw known.contains(id) ? .notInDoubt(step: id, open: names) : .unknownStep(id, open: names)
    }
}

extension TargetGuard {
    /// What the ledger says of a step, whose statements may each have a marker of their own; nil when nothing.
    fileprivate func word(
        on open: Runner.OpenStep, _ plan: Plan, cycle: Int
    ) async throws(RunRefusal) -> String? {
        let rows = try await markers(of: plan, cycle: cycle).filter {
            $0.ownStep == open.step.id && $0.direction == open.mark.direction.rawValue
        }
        if let whole = rows.first(where: { $0.step == open.step.id }) { return whole.state }
        guard let script = open.step.script, !rows.isEmpty else { return nil }
        return "\(rows.count) of \(script.statements.count) statements applied"
    }

    /// Writes what a person says of a marker.
    fileprivate func write(_ statement: SQLStatement) async throws(RunRefusal) {
        do throws(DatabaseError) {
            _ = try await session.execute(statement, limits: .none, deadline: 60_000.deadlineFromNow)
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
    }
}

extension Marker.State {
    /// What the ledger says of a step as a person resolved it; nil when it says nothing.
    fileprivate init?(_ verdict: Resolution.Verdict) {
        switch verdict {
        case .applied: self = .applied
        case .skip: self = .skipped
        case .notApplied: return nil
        }
    }
}

extension Event {
    /// The step it tells of.
    fileprivate var step: String? {
        switch self {
        case .stepStarted(let mark), .stepCommitting(let mark), .stepApplied(let mark, _, _),
            .stepPassedOver(let mark, _), .stepFailed(let mark, _, _), .stepResolved(let mark, _):
            mark.step
        default: nil
        }
    }
}
