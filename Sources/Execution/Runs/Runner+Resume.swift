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
        let (plan, result) = try await resumeOnce(directory)
        return await goOn(after: result, plan)
    }

    private func resumeOnce(_ directory: RunDirectory) async throws(RunRefusal) -> (Plan, RunResult) {
        try await holding(directory) { plan, lines, guards throws(RunRefusal) in
            (plan, try await resume(plan, lines, directory, guards))
        }
    }

    /// How often a run may lose its connection without having got any further.
    private static let fruitlessResumptions = 3
    /// How long a server that is away is waited for, where a plan says so.
    private static let patience = Duration.seconds(600)

    /// Goes on by itself with a run that lost a connection, where its plan says so, as somebody would by `resume`.
    func goOn(after result: RunResult, _ plan: Plan) async -> RunResult {
        var result = result
        var fruitless = 0
        let directory = RunDirectory(run: result.run, state: environment.stateDirectory)
        while fruitless < Self.fruitlessResumptions, plan.patience.resumesAfterDisconnect, result.isDisconnected,
            !environment.stopRequested(),
            !Task.isCancelled
        {
            environment.tell("the connection was lost; waiting for the server")
            let end = Time.now.advanced(by: Self.patience)
            let before = result.state
            while end > Time.now, !environment.stopRequested(), result.state == before {
                // What ends its own connection would do so at once again.
                await Time.sleep(for: .milliseconds(500 << fruitless))
                do throws(RunRefusal) {
                    result = try await resumeOnce(directory).1
                } catch {
                    guard error.mayPass else { return result }
                }
            }
            // What is in doubt still, with its server back, is for a person.
            if result.state == before || result.outcome == .unknown { return result }
            fruitless = result.state.progress == before.progress ? fruitless + 1 : 0
        }
        return result
    }

    private func resume(
        _ plan: Plan, _ lines: [JournalLine], _ directory: RunDirectory, _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> RunResult {
        let state = RunState(lines.map(\.event))
        if state.goesForward(in: plan), !environment.goesPastWindow {
            try refuseAfterWindow(plan, directory.run, begun: lines.begun)
        }
        let known = try await ledgerRows(of: directory.run, state, guards)
        try await inspect(directory, lines, plan, known, guards)
        if let outcome = state.outcome, outcome.isFinal {
            let stands = state.stands(in: plan)
            if known.isOpen { try await settle(directory.run, RunRow.Status(outcome, stands: stands), known, guards) }
            throw stands && outcome == .rolledBack
                ? .takenBackAlready(run: directory.run) : .nothingToResume(run: directory.run, outcome)
        }
        let back = state.isUnwinding ? UnwindOrder(goingOnWith: state, of: plan) : nil
        // A run that was stuck and has nothing left any more has to say so.
        if let back, back.phases.isEmpty, ![nil, .stuck].contains(state.outcome), state.stands(in: plan) {
            throw .takenBackAlready(run: directory.run)
        }
        for held in guards { try await refuseOther(than: directory.run, plan, held) }
        let failed = state.unfollowed
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
            plan, directory, after: lines, cycle: known.cycle, epochs: epochs, isResumed: true, guards,
            variables)
        return await conclude(context, guards) { () throws(FileFailure) in
            let isForward = back == nil && failed.isEmpty
            try await goOn(context, guards, hasBegun: !state.run.isEmpty, isForward ? .forward : .back)
            guard try await context.noteOthersWork() else { return .stopped }
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
        try await refuseHeld(directory, guards)
        let divergence = Divergence(plan: plan, lines: lines)
        for held in guards {
            try await Orphans(run: directory.run, held: held, environment: environment).clear()
            try await held.refuseWorkers()
            if let refusal = try await divergence.find(in: held, run: directory.run, cycle: known.cycle) {
                throw refusal
            }
        }
    }

    /// Makes sure that no process writes the journal of a run.
    func refuseHeld(_ directory: RunDirectory, _ guards: [TargetGuard]) async throws(RunRefusal) {
        guard directory.isHeld else { return }
        let holder = await guards.first?.session.ledgersHolder(directory.run)
        throw .locked(target: "the journal of \(directory.run)", holder: holder)
    }

    /// A run that left nothing may have been followed by another, whose work this one would do again.
    private func refuseOther(than run: String, _ plan: Plan, _ held: TargetGuard) async throws(RunRefusal) {
        let digest = plan.work.hex
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
            targets: Self.descriptions(of: guards), operatorName: environment.operatorName,
            isPastWindow: environment.goesPastWindow)
        try await context.log.announce(.runResumed(resumption))
    }

    /// Takes back what is left of what was being taken back.
    private func goOnTakingBack(_ context: RunContext) async throws(FileFailure) -> Outcome {
        // What was in doubt is known now.
        let order = await UnwindOrder(goingOnWith: context.log.state, of: context.plan)
        switch try await Unwinder(context: context, isAsked: context.log.state.isRollback).unwind(order) {
        case .losing: return .waiting
        case .failed, .complete(residue: true), .barrier(residue: true): return .stuck
        case .barrier(residue: false), .cutOff: return .stopped
        case .inDoubt: return .unknown
        case .complete(residue: false):
            let state = await context.log.state
            let stands = state.stands(in: context.plan)
            // A rollback that died before it said what goes has taken nothing back.
            if state.isRollback { return stands && state.unwinding.isEmpty ? .stopped : .rolledBack }
            return stands ? .stopped : .unwound
        }
    }

    /// Makes this process the only one that may write markers; the new epochs, by target.
    func takeOver(
        _ run: String, _ guards: [TargetGuard], _ plan: Plan, _ cycle: Int
    ) async throws(RunRefusal) -> [String: Int] {
        var epochs: [String: Int] = [:]
        let owner = RunOwner(environment.operatorName)
        for held in guards {
            if let epoch = try await held.takeOver(run, by: owner) {
                epochs[held.target.name] = epoch
            } else {
                try await held.begin(
                    run, plan: plan, digest: plan.work.hex, cycle: cycle, owner: owner)
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
            try await held.finish(run, status: status, epoch: epoch)
        }
    }
}

extension UnwindOrder {
    /// What is left of the last unwinding of a run: phases that are there still or failed to be taken back, and those
    /// that left something.
    init(goingOnWith state: RunState, of plan: Plan) {
        let phases = (state.unwinding + state.unwindingKeeps).compactMap(state.phase).filter { phase in
            phase.leftSomething || phase.isDoneOrStands
        }
        self.init(phases.compactMap { plan.phase($0.id) }, state, of: plan)
    }
}

extension RunState {
    /// How far it got, forward or back.
    fileprivate var progress: Int {
        phases.reduce(0) { $0 + $1.applied.count + ($1.status == .done ? 1 : 0) } + takenBack.count * 1_000_000
    }
}

extension RunResult {
    /// Whether a lost connection is what ended it.
    fileprivate var isDisconnected: Bool {
        outcome == .unknown
            || outcome == .stopped
                && state.phases.contains { $0.failure == .disconnected || $0.status == .rollingBack }
    }
}

extension RunRefusal {
    /// Whether a server that is away, or has not noticed yet that it lost us, may be all there is to it.
    fileprivate var mayPass: Bool {
        switch self {
        case .cannotConnect, .ledgerUnusable, .locked, .orphaned: true
        default: false
        }
    }
}

extension Outcome {
    /// Whether nothing is left to go on with.
    public var isFinal: Bool {
        switch self {
        case .done, .nothingToDo, .unwound, .noGo, .rolledBack: true
        case .stopped, .stuck, .unknown, .interrupted, .superseded, .waiting: false
        }
    }
}
