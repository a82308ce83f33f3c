import Databases
import Planning
import Runbooks

/// Does the phases of a plan in the order of their needs, and after a failure what its policy says.
struct ForwardRun {
    let context: RunContext

    /// Runs to the end, whichever end that is; a run that goes on after phases had `failed` follows their policies.
    func run(after failed: [String] = []) async throws(FileFailure) -> Outcome {
        let (failures, isComplete) = failed.isEmpty ? try await doPhases() : (await earlier(failed), false)
        if context.isSuperseded.withLock({ $0 }) { return .superseded }
        guard !failures.isEmpty else { return isComplete ? .done : .interrupted }
        if failures.contains(where: { $0.failure.kind == .inDoubt }) { return .unknown }
        if failures.contains(where: { $0.failure.kind == .interrupted }) { return .interrupted }
        if failures.contains(where: { $0.failure.kind == .disconnected }) {
            // Whoever took the run over ended its sessions.
            _ = try? await context.confirm(nil)
            return context.isSuperseded.withLock { $0 } ? .superseded : .stopped
        }
        if !failures.contains(where: { $0.failure.kind.hasPolicy }) {
            return failures.contains { $0.failure.kind == .waiting } ? .waiting : .stopped
        }
        let policies = try await policies(for: failures)
        let everything = policies.contains(.unwind)
        let back = zip(failures, policies).filter { everything || $1 == .rollback }.map(\.0)
        // With nothing to stop with, what failed is looked at, and the plan may be run again.
        let hasActed = await context.log.state.hasActed(in: context.plan)
        if back.isEmpty, hasActed { return .stopped }
        return try await shielded { () throws(FileFailure) in
            try await unwind(everything: everything, back.isEmpty ? failures : back, after: failures)
        }
    }

    private typealias Failed = (phase: PlannedPhase, failure: PhaseFailure)

    /// Failures of a process that died before it did anything about them.
    private func earlier(_ failed: [String]) async -> [Failed] {
        let state = await context.log.state
        let cause = state.cause ?? FailureCause(message: "it failed")
        return failed.compactMap(context.plan.phase).map { phase in
            (phase, PhaseFailure(cause: cause, kind: state.phase(phase.id)?.failure ?? .step))
        }
    }

    /// Starts each phase as soon as what it needs is done; after a failure or a signal nothing new is started.
    private func doPhases() async throws(FileFailure) -> (failures: [Failed], isComplete: Bool) {
        let state = await context.log.state
        var schedule = Schedule(context.plan, width: context.environment.parallel) { phase in
            let status = state.phase(phase)?.status
            return status == .done || status == .skipped
        }
        var failures: [Failed] = []
        let failure: FileFailure? = await withTaskGroup(of: PhaseReport.self) { group in
            var journalFailure: FileFailure?
            func start() {
                guard failures.isEmpty, journalFailure == nil, !context.environment.stopRequested() else { return }
                while let index = schedule.next() {
                    let runner = PhaseRunner(context: context, phase: context.plan.phases[index])
                    group.addTask { PhaseReport(index: index, end: await runner.end()) }
                }
            }
            start()
            while let report = await group.next() {
                switch report.end {
                case .unwritten(let failure): journalFailure = failure
                case .failed(let failure):
                    failures.append((context.plan.phases[report.index], failure))
                    context.hasFailed.withLock { $0 = true }
                case .done, .skipped: schedule.finish(report.index)
                }
                start()
            }
            return journalFailure
        }
        if let failure { throw failure }
        return (failures, schedule.isComplete)
    }

    /// The policy of each phase that failed; a person is asked where it says so.
    private func policies(for failures: [Failed]) async throws(FileFailure) -> [FailurePolicy] {
        var policies: [FailurePolicy] = []
        for (phase, failure) in failures {
            let policy = phase.policy(after: failure.kind)
            policies.append(policy == .ask ? try await ask(phase, failure.cause) : policy)
        }
        return policies
    }

    private func ask(_ phase: PlannedPhase, _ cause: FailureCause) async throws(FileFailure) -> FailurePolicy {
        switch await context.environment.gateKeeper.choose(afterFailureOf: phase.id, cause: cause) {
        case .unwind: return .unwind
        case .rollback: return .rollback
        case .stop: return .stop
        case nil:
            try await context.log.report(
                .noticed(
                    step: phase.id, severity: "WARNING", code: "",
                    message: "nobody could be asked what to do after the failure, so everything is left as it is"))
            return .stop
        }
    }

    /// Takes back the phases named, or everything.
    private func unwind(
        everything: Bool, _ phases: [Failed], after failures: [Failed]
    ) async throws(FileFailure) -> Outcome {
        let state = await context.log.state
        let named = Set(phases.map(\.phase.id))
        let touched = state.phases.filter {
            named.contains($0.id) || (everything && $0.isDoneOrStands)
        }
        let order = UnwindOrder(touched.reversed().compactMap { context.plan.phase($0.id) }, state, of: context.plan)
        switch try await Unwinder(context: context, isAsked: false).unwind(order) {
        case .losing: return .waiting
        case .failed, .complete(residue: true), .barrier(residue: true): return .stuck
        case .barrier(residue: false), .cutOff: return .stopped
        case .inDoubt: return .unknown
        case .complete(residue: false):
            if !state.stands(in: context.plan), failures.allSatisfy({ $0.failure.kind != .step }) { return .noGo }
            return await context.log.state.stands(in: context.plan) ? .stopped : .unwound
        }
    }

    /// Runs to its end whatever becomes of the calling task.
    private func shielded(
        _ work: @escaping @Sendable () async throws(FileFailure) -> Outcome
    ) async throws(FileFailure) -> Outcome {
        let task = Task.apart { () -> Result<Outcome, FileFailure> in
            do throws(FileFailure) { return .success(try await work()) } catch { return .failure(error) }
        }
        return try await task.value.get()
    }
}

extension PlannedPhase {
    /// What follows a failure: a no-go has a policy of its own, and what says nothing about the phase stops the run.
    func policy(after kind: FailureKind) -> FailurePolicy {
        guard kind.hasPolicy else { return .stop }
        return (kind == .gate || kind == .window ? gate?.onNoGo : nil) ?? onFailure
    }
}

/// How the phase at a place of the plan ended.
private struct PhaseReport: Sendable {
    let index: Int
    let end: PhaseEnd
}

/// Which phases may start: those whose needs are done, in the order of the plan, so many at once.
private struct Schedule {
    private let plan: Plan
    private let width: Int
    private var waiting: [Int]
    private let dependents: [[Int]]
    private var ready: [Int]
    private var running: Set<Int> = []
    private var done = 0
    private let exclusive: Set<String>

    /// A schedule of what is left of a plan.
    init(_ plan: Plan, width: Int, isFinished: (String) -> Bool) {
        self.plan = plan
        self.width = width
        let index = Dictionary(uniqueKeysWithValues: plan.phases.enumerated().map { ($1.id, $0) })
        waiting = plan.phases.map(\.needs.count)
        var dependents = [[Int]](repeating: [], count: plan.phases.count)
        for (position, phase) in plan.phases.enumerated() {
            for need in phase.needs.compactMap({ index[$0] }) { dependents[need].append(position) }
        }
        self.dependents = dependents
        let finished = Set(plan.phases.indices.filter { isFinished(plan.phases[$0].id) })
        for index in finished { for dependent in dependents[index] { waiting[dependent] -= 1 } }
        done = finished.count
        let waiting = waiting
        ready = plan.phases.indices.filter { waiting[$0] == 0 && !finished.contains($0) }.reversed()
        // An engine with one writer at a time gains nothing from two phases that would wait for each other.
        exclusive = Set(plan.targets.filter { $0.engine == .sqlite }.map(\.name))
    }

    /// Whether every phase is done or takes no part.
    var isComplete: Bool { done == plan.phases.count }

    /// The next phase to start, if one may.
    mutating func next() -> Int? {
        guard running.count < width else { return nil }
        let busy = Set(running.flatMap { plan.phases[$0].allTargets }).intersection(exclusive)
        guard let place = ready.lastIndex(where: { busy.isDisjoint(with: plan.phases[$0].allTargets) }) else {
            return nil
        }
        let index = ready.remove(at: place)
        running.insert(index)
        return index
    }

    mutating func finish(_ index: Int) {
        running.remove(index)
        done += 1
        for dependent in dependents[index] {
            waiting[dependent] -= 1
            guard waiting[dependent] == 0 else { continue }
            // Kept in descending order: the first of the plan is taken from the end.
            let place = ready.firstIndex { $0 < dependent } ?? ready.endIndex
            ready.insert(dependent, at: place)
        }
    }
}
