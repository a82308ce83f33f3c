import CanonicalJSON
import Databases
public import Planning

/// How a run ended.
public struct RunResult: Sendable {
    /// Its name.
    public let run: String
    /// How it ended.
    public let outcome: Outcome
    /// Where it stands.
    public let state: RunState
    /// Why the journal could not be written, when that stopped it.
    public let journalFailure: FileFailure?
    /// The targets whose ledger could not be told how it ended: there it looks unfinished.
    public let unfinishedLedgers: [String]
}

/// Where a plan to run comes from.
public enum PlanOrigin: Sendable {
    /// Made just now from its runbook, which may run again once it was taken back.
    case runbook
    /// Kept in a file since it was made: for one run, in what it is bound to.
    case file
}

/// Runs plans and takes runs back.
public struct Runner: Sendable {
    let environment: RunEnvironment

    /// A runner in its surroundings.
    public init(_ environment: RunEnvironment) { self.environment = environment }

    /// Makes sure that a plan may begin: targets reached, not locked, not done before, no earlier run unfinished.
    ///
    /// What it finds is looked at again when the run begins; nothing is held in between or made.
    /// - Throws: `RunRefusal` when it may not.
    public func preflight(_ plan: Plan, of origin: PlanOrigin = .runbook) async throws(RunRefusal) {
        try refuseOutsideWindow(plan)
        try probeState()
        _ = try await holding(plan, as: "preflight") { guards throws(RunRefusal) in
            if origin == .file { try await refuseOthers(than: plan, guards, telling: true) }
            return try await nextCycle(of: plan, guards, making: false)
        }
    }

    /// Runs a plan from its beginning.
    ///
    /// - Throws: `RunRefusal` when it did not begin; then nothing was changed but the ledger's own tables.
    public func run(_ plan: Plan, of origin: PlanOrigin = .runbook) async throws(RunRefusal) -> RunResult {
        try refuseOutsideWindow(plan)
        let run = RunName.new()
        let result = try await holding(plan, as: run) { guards throws(RunRefusal) in
            if origin == .file { try await refuseOthers(than: plan, guards) }
            return try await carryOut(plan, as: run, guards)
        }
        return await goOn(after: result, plan)
    }

    /// Makes sure that a journal can be written, before any database hears of the run.
    private func probeState() throws(RunRefusal) {
        do throws(FileFailure) { try RunDirectory.probe(environment.stateDirectory) } catch { throw .state(error) }
    }

    private func carryOut(
        _ plan: Plan,
        as run: String,
        _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> RunResult {
        let cycle = try await nextCycle(of: plan, guards, making: true)
        let variables = try await resolve(plan.variables)
        let directory: RunDirectory
        do throws(FileFailure) {
            directory = try RunDirectory.create(run: run, plan: plan, state: environment.stateDirectory)
        } catch {
            throw .state(error)
        }
        let context = try context(plan, directory, after: [], cycle: cycle, guards, variables)
        try await enter(context, guards)
        return await conclude(context, guards) { () throws(FileFailure) in
            try await begin(context, .forward, guards)
            return try await ForwardRun(context: context).run()
        }
    }

    /// Takes back what a run applied, as far as a phase, which stays; nil takes back everything.
    ///
    /// Where that loses what was written since, it takes a word that accepts the loss, which the refusal names.
    ///
    /// - Throws: `RunRefusal` when it did not begin.
    public func rollback(
        _ directory: RunDirectory, to phase: String?, accepting loss: String? = nil
    ) async throws(RunRefusal) -> RunResult {
        try await holding(directory) { plan, lines, guards throws(RunRefusal) in
            try await rollback(plan, lines, directory, (phase, loss), guards)
        }
    }

    private func rollback(
        _ plan: Plan,
        _ lines: [JournalLine],
        _ directory: RunDirectory,
        _ asked: (to: String?, accepting: String?),
        _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> RunResult {
        let phase = asked.to
        let state = RunState(lines.map(\.event))
        let known = try await ledgerRows(of: directory.run, state, guards)
        try await inspect(directory, lines, plan, known, guards)
        let order = try UnwindOrder(state, of: plan, after: phase)
        guard !order.phases.isEmpty || (known.isOpen && phase == nil) else {
            throw .nothingToRollBack(run: directory.run, after: phase)
        }
        let losses = try await acceptedLosses(order, state, plan, directory.run, asked, guards)
        let variables = try await resolve(plan.variables)
        let epochs = try await takeOver(directory.run, guards, plan, known.cycle)
        let context = try context(plan, directory, after: lines, cycle: known.cycle, epochs: epochs, guards, variables)
        return await conclude(context, guards) { () throws(FileFailure) in
            try await begin(context, .back, guards)
            if !losses.isEmpty, let token = asked.accepting {
                try await context.log.announce(.lossAccepted(losses, token: token, by: environment.operatorName))
            }
            guard try await context.noteOthersWork() else { return .stopped }
            guard try await Reconciliation(context: context, guards: guards, direction: .back).settle() else {
                return .unknown
            }
            // What was in doubt is known now.
            let order = await UnwindOrder(order.phases, context.log.state, of: plan)
            return switch try await Unwinder(context: context, isAsked: true).unwind(order) {
            case .losing: .waiting
            case .complete(residue: false): .rolledBack
            case .complete(residue: true), .failed: .stuck
            case .barrier(let residue): residue ? .stuck : .stopped
            case .cutOff: .stopped
            case .inDoubt: .unknown
            }
        }
    }

    /// What answered, by target.
    static func descriptions(of guards: [TargetGuard]) -> [String: String] {
        let targets = guards.map { held in
            (
                held.target.name,
                "\(held.target.engine.title) \(held.identity.version), \(held.target.display)"
            )
        }
        return Dictionary(uniqueKeysWithValues: targets)
    }

    /// What tells the databases from every other, by target.
    static func fingerprints(of guards: [TargetGuard]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: guards.map { ($0.target.name, $0.identity.fingerprint) })
    }

    func begin(
        _ context: RunContext,
        _ direction: Direction,
        _ guards: [TargetGuard]
    ) async throws(FileFailure) {
        let start = Event.RunStart(
            run: context.run,
            direction: direction,
            name: context.plan.name,
            plan: context.plan.digest.hex,
            cycle: context.cycle,
            targets: Self.descriptions(of: guards),
            operatorName: environment.operatorName,
            databases: Self.fingerprints(of: guards),
            approvals: direction == .forward ? environment.approvals : []
        )
        try await context.log.announce(.runStarted(start))
        for held in guards {
            for name in await held.session.facts.unsafeSettings {
                let words = "\(held.target.name): \(name) is off, so what is applied may be lost when the machine fails"
                try await context.log.report(.noticed(step: "", severity: "WARNING", code: "", message: words))
            }
        }
    }

    /// How long a server that went away is waited for, to tell it that a run has ended.
    private static let patienceAtTheEnd = Duration.seconds(60)

    /// Tells a ledger how a run ended; whether that could be done.
    private func isTold(
        _ held: TargetGuard, _ status: RunRow.Status, _ context: RunContext, _ patience: Duration
    ) async -> Bool {
        let end = Time.now.advanced(by: patience)
        while true {
            do throws(RunRefusal) {
                let epoch = context.epochs[held.target.name] ?? 1
                try await held.finish(context.run, status: status, epoch: epoch) { session throws(DatabaseError) in
                    try await context.examine(session, held.target.name)
                }
                return true
            } catch {
                guard case .ledgerUnusable(_, let problem) = error, problem.mayPass, end > Time.now else {
                    return false
                }
            }
            await Time.sleep(for: .milliseconds(200))
        }
    }

    /// Carries out the work, then writes the end of it to journal and ledgers.
    func conclude(
        _ context: RunContext,
        _ guards: [TargetGuard],
        _ work: () async throws(FileFailure) -> Outcome
    ) async -> RunResult {
        var journalFailure: FileFailure?
        var outcome: Outcome
        do throws(FileFailure) {
            outcome = try await work()
            if outcome == .done, let problem = await context.problemAtTheEnd() {
                try await context.log.report(.noticed(step: "", severity: "WARNING", code: "", message: problem))
                outcome = .stopped
            }
            if context.isSuperseded.withLock({ $0 }) { outcome = .superseded }
            try await context.keepCatalogs(after: outcome)
            try await context.log.announce(.runFinished(outcome))
        } catch {
            journalFailure = error
            outcome = .stopped
        }
        await context.idleSessions.close()
        await context.log.close()
        let state = await context.log.state
        let status = RunRow.Status(outcome, stands: state.hasActed(in: context.plan))
        // In a task of its own: a session does nothing for a task that was cancelled.
        let unfinished = Task.apart {
            var targets: [String] = []
            for held in guards {
                // A run that has ended is not to look unfinished because its server was starting again just then.
                let patience = outcome.isFinal ? Self.patienceAtTheEnd : .zero
                if await !isTold(held, status, context, patience) { targets.append(held.target.name) }
            }
            return targets
        }
        return RunResult(
            run: context.run, outcome: outcome, state: state, journalFailure: journalFailure,
            unfinishedLedgers: await unfinished.value)
    }
}

extension RunRow.Status {
    /// How a run with this outcome stands for the next one; `stands` says whether anything of it is left.
    init(_ outcome: Outcome, stands: Bool) {
        self =
            switch outcome {
            case .done, .nothingToDo: .done
            case .unwound, .noGo: .undone
            case .stopped, .unknown, .interrupted, .rolledBack, .superseded, .waiting: stands ? .stopped : .undone
            case .stuck: .stuck
            }
    }
}
