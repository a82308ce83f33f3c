import CanonicalJSON
import Databases
import Planning
import Runbooks

extension Runner {
    /// Goes on with a run that stopped or whose process died: forward where it went forward, back where it was taking
    /// back.
    ///
    /// - Throws: `RunRefusal` when it did not begin; then nothing was changed but the ledger's word on a run that ended.
    public func resume(_ directory: RunDirectory) async throws(RunRefusal) -> RunResult {
        try await holding(directory) { plan, lines, guards throws(RunRefusal) in
            try await resume(plan, lines, directory, guards)
        }
    }

    private func resume(
        _ plan: Plan, _ lines: [JournalLine], _ directory: RunDirectory, _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> RunResult {
        let state = RunState(lines.map(\.event))
        let known = try await ledgerRows(of: directory.run, state, guards)
        try await inspect(directory, lines, plan, known, guards)
        if let outcome = state.outcome, outcome.isFinal {
            let stands = state.stands(in: plan)
            if known.isOpen { try await settle(directory.run, RunRow.Status(outcome, stands: stands), known, guards) }
            throw stands && outcome == .rolledBack
                ? .takenBackAlready(run: directory.run) : .nothingToResume(run: directory.run, outcome)
        }
        let back = state.isUnwinding ? UnwindOrder(goingOnWith: state, of: plan) : nil
        if let back, back.phases.isEmpty, state.outcome != nil { throw .takenBackAlready(run: directory.run) }
        for held in guards { try await refuseOther(than: directory.run, plan, held) }
        // Failures whose policy had not been followed yet when the process died.
        let failed = state.outcome == nil ? state.phases.filter { $0.failure?.hasPolicy ?? false }.map(\.id) : []
        let isTakenBack = failed.contains { id in
            let policy = state.phase(id)?.failure.flatMap { plan.phase(id)?.policy(after: $0) }
            return policy == .unwind || policy == .rollback
        }
        let variables = try await resolve(plan.variables)
        do throws(FileFailure) {
            // Its process may have died before the folder was sure to last, and ledgers must not know a run that is gone.
            if state.run.isEmpty { try directory.secure() }
        } catch {
            throw .state(error)
        }
        let epochs = try await takeOver(directory.run, guards, plan, known.cycle)
        let context = try context(
            plan, directory, after: lines, cycle: known.cycle, epochs: epochs, isResumed: true, variables)
        return await conclude(context, guards) { () throws(FileFailure) in
            let isForward = back == nil && failed.isEmpty
            try await goOn(context, guards, hasBegun: !state.run.isEmpty, isForward ? .forward : .back)
            // What is half done must be known to go on with it, and need not be to take it back.
            let direction: Direction = back == nil && !isTakenBack ? .forward : .back
            let reconciliation = Reconciliation(context: context, guards: guards, direction: direction)
            guard try await reconciliation.settle() else { return .unknown }
            guard back == nil else { return try await goOnTakingBack(context) }
            return try await ForwardRun(context: context).run(after: failed)
        }
    }

    /// Makes sure that nobody else acts for a run, and that journal and ledgers tell the same.
    func inspect(
        _ directory: RunDirectory, _ lines: [JournalLine], _ plan: Plan, _ known: LedgerRows, _ guards: [TargetGuard]
    ) async throws(RunRefusal) {
        // Before anything is touched: its process may stand still, or have lost only the session with the lock.
        if directory.isHeld { throw .locked(target: "the journal of \(directory.run)", holder: nil) }
        for held in guards {
            try await Orphans(run: directory.run, held: held, environment: environment).clear()
            let divergence = Divergence(plan: plan, lines: lines)
            if let refusal = try await divergence.find(in: held, run: directory.run, cycle: known.cycle) {
                throw refusal
            }
        }
    }

    /// A run that left nothing may have been followed by another, whose work this one would do again.
    private func refuseOther(than run: String, _ plan: Plan, _ held: TargetGuard) async throws(RunRefusal) {
        let digest = plan.digest.hex
        let others = try await held.runs(of: plan, making: false)
        guard let other = others.first(where: { $0.run != run && $0.status != .undone }) else { return }
        guard other.plan == digest else {
            throw .otherPlanStands(
                run: other.run, status: other.status.rawValue, theirs: String(other.plan.prefix(12)),
                ours: String(digest.prefix(12)))
        }
        if other.status == .done { throw .alreadyDone(run: other.run, at: other.finishedAt) }
        throw .unfinished(run: other.run, status: other.status.rawValue)
    }

    /// Writes that the run goes on; one whose process died before its first word begins.
    private func goOn(
        _ context: RunContext, _ guards: [TargetGuard], hasBegun: Bool, _ direction: Direction
    ) async throws(FileFailure) {
        guard hasBegun else { return try await begin(context, .forward, guards) }
        let resumption = Event.RunResumption(
            direction: direction, epoch: context.epochs.values.max() ?? 1,
            targets: Self.descriptions(of: guards), operatorName: environment.operatorName)
        try await context.log.announce(.runResumed(resumption))
    }

    /// Takes back what is left of what was being taken back.
    private func goOnTakingBack(_ context: RunContext) async throws(FileFailure) -> Outcome {
        // What was in doubt is known now.
        let order = await UnwindOrder(goingOnWith: context.log.state, of: context.plan)
        switch try await Unwinder(context: context).unwind(order) {
        case .failed, .complete(residue: true), .barrier(residue: true): return .stuck
        case .barrier(residue: false): return .stopped
        case .complete(residue: false):
            let state = await context.log.state
            if state.isRollback { return .rolledBack }
            return state.stands(in: context.plan) ? .stopped : .unwound
        }
    }

    /// Makes this process the only one that may write markers; the new epochs, by target.
    func takeOver(
        _ run: String, _ guards: [TargetGuard], _ plan: Plan, _ cycle: Int
    ) async throws(RunRefusal) -> [String: Int] {
        var epochs: [String: Int] = [:]
        for held in guards {
            if let epoch = try await held.takeOver(run, owner: environment.operatorName) {
                epochs[held.target.name] = epoch
            } else {
                try await held.begin(
                    run, plan: plan, digest: plan.digest.hex, cycle: cycle, owner: environment.operatorName)
            }
        }
        return epochs
    }

    /// Tells ledgers how a run ended that could not be told then.
    private func settle(
        _ run: String, _ status: RunRow.Status, _ known: LedgerRows, _ guards: [TargetGuard]
    ) async throws(RunRefusal) {
        for held in guards {
            let epoch = known.epochs[held.target.name] ?? 1
            try await held.finish(run, status: status, epoch: epoch, environment: environment)
        }
    }
}

extension UnwindOrder {
    /// What is left of the last unwinding of a run: phases that are there still or failed to be taken back, and those
    /// that left something.
    init(goingOnWith state: RunState, of plan: Plan) {
        let phases = state.unwinding.compactMap(state.phase).filter { phase in
            phase.leftSomething || phase.isDoneOrStands
        }
        self.init(phases.compactMap { plan.phase($0.id) }, state, of: plan)
    }
}

extension Outcome {
    /// Whether nothing is left to go on with.
    public var isFinal: Bool {
        switch self {
        case .done, .nothingToDo, .unwound, .noGo, .rolledBack: true
        case .stopped, .stuck, .unknown, .interrupted: false
        }
    }
}
