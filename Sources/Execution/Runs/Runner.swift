import CanonicalJSON
import Databases
import Glibc
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
}

/// Runs plans and takes runs back.
public struct Runner: Sendable {
    private let environment: RunEnvironment

    /// A runner in its surroundings.
    public init(_ environment: RunEnvironment) { self.environment = environment }

    /// Makes sure that a plan may begin: targets reached, not locked, not done before, no earlier run unfinished.
    ///
    /// What it finds is looked at again when the run begins; nothing is held in between, and nothing is changed.
    /// - Throws: `RunRefusal` when it may not.
    public func preflight(_ plan: Plan) async throws(RunRefusal) {
        let guards = try await takeGuards(plan, run: "preflight")
        do throws(RunRefusal) {
            _ = try await nextCycle(of: plan.digest.hex, guards, making: false)
            await release(guards)
        } catch {
            await release(guards)
            throw error
        }
    }

    /// Runs a plan from its beginning.
    ///
    /// - Throws: `RunRefusal` when it did not begin; then nothing was changed but the ledger's own tables.
    public func run(_ plan: Plan) async throws(RunRefusal) -> RunResult {
        let run = RunName.new()
        let digest = plan.digest.hex
        let guards = try await takeGuards(plan, run: run)
        do throws(RunRefusal) {
            let cycle = try await nextCycle(of: digest, guards, making: true)
            let variables = try await resolve(plan.variables)
            let log: RunLog
            let directory: RunDirectory
            do throws(FileFailure) {
                directory = try RunDirectory.create(run: run, plan: plan, state: environment.stateDirectory)
                log = try RunLog(directory: directory, after: [], observe: environment.observe)
            } catch {
                throw .state(error)
            }
            remember(variables.secrets, in: log)
            let context = RunContext(
                plan: plan, planDigest: digest, run: run, cycle: cycle, directory: directory, log: log,
                environment: environment, variables: variables.values)
            for held in guards {
                try await held.begin(run, plan: plan, digest: digest, cycle: cycle, owner: environment.operatorName)
            }
            let result = await conclude(context, guards) { () throws(FileFailure) in
                try await begin(context, .forward, guards)
                return try await ForwardRun(context: context).run()
            }
            await release(guards)
            return result
        } catch {
            await release(guards)
            throw error
        }
    }

    /// Takes back what a run applied, as far as a phase, which stays; nil takes back everything.
    ///
    /// - Throws: `RunRefusal` when it did not begin.
    public func rollback(_ directory: RunDirectory, to phase: String?) async throws(RunRefusal) -> RunResult {
        let (plan, lines): (Plan, [JournalLine])
        do throws(RunUnreadable) {
            (plan, lines) = (try directory.plan(), try directory.journal())
        } catch {
            throw .unreadable(error)
        }
        let state = RunState(lines.map(\.event))
        let guards = try await takeGuards(plan, run: directory.run)
        do throws(RunRefusal) {
            let phases = try await phasesToTakeBack(plan, state, to: phase, guards)
            guard !phases.isEmpty else { throw .nothingToRollBack(run: directory.run) }
            let variables = try await resolve(plan.variables)
            let log: RunLog
            do throws(FileFailure) {
                log = try RunLog(directory: directory, after: lines, observe: environment.observe)
            } catch {
                throw .state(error)
            }
            remember(variables.secrets, in: log)
            let context = RunContext(
                plan: plan, planDigest: plan.digest.hex, run: directory.run, cycle: state.cycle, directory: directory,
                log: log, environment: environment, variables: variables.values)
            let result = await conclude(context, guards) { () throws(FileFailure) in
                try await begin(context, .back, guards)
                return switch try await Unwinder(context: context).unwind(phases) {
                case .complete(residue: false): phase == nil ? .rolledBack : .stopped
                case .complete(residue: true), .failed: .stuck
                case .barrier(let residue): residue ? .stuck : .stopped
                }
            }
            await release(guards)
            return result
        } catch {
            await release(guards)
            throw error
        }
    }

    private func begin(
        _ context: RunContext, _ direction: Direction, _ guards: [TargetGuard]
    ) async throws(FileFailure) {
        let targets = guards.map { held in
            (held.target.name, "\(held.target.engine.title) \(held.session.identity.version), \(held.target.display)")
        }
        try await context.log.announce(
            .runStarted(
                Event.RunStart(
                    run: context.run, direction: direction, name: context.plan.name, plan: context.planDigest,
                    cycle: context.cycle, targets: Dictionary(uniqueKeysWithValues: targets),
                    operatorName: environment.operatorName)))
    }

    /// Carries out the work, then writes the end of it to journal and ledgers.
    private func conclude(
        _ context: RunContext, _ guards: [TargetGuard], _ work: () async throws(FileFailure) -> Outcome
    ) async -> RunResult {
        var journalFailure: FileFailure?
        var outcome: Outcome
        do throws(FileFailure) {
            outcome = try await work()
            try await context.log.announce(.runFinished(outcome))
        } catch {
            journalFailure = error
            outcome = .stopped
        }
        for held in guards { try? await held.finish(context.run, status: RunRow.Status(outcome)) }
        return RunResult(
            run: context.run, outcome: outcome, state: await context.log.state, journalFailure: journalFailure)
    }

    private func takeGuards(_ plan: Plan, run: String) async throws(RunRefusal) -> [TargetGuard] {
        var guards: [TargetGuard] = []
        let used = Set(plan.active.flatMap { $0.allTargets })
        do throws(RunRefusal) {
            for target in plan.targets where used.contains(target.name) {
                guards.append(try await TargetGuard.take(target, run: run, environment: environment))
            }
            return guards
        } catch {
            await release(guards)
            throw error
        }
    }

    private func release(_ guards: [TargetGuard]) async {
        for held in guards { await held.release() }
    }

    /// The number of this attempt, unless the plan is done or an attempt is unfinished.
    private func nextCycle(
        of digest: String, _ guards: [TargetGuard], making: Bool
    ) async throws(RunRefusal) -> Int {
        var latest: [EarlierRun] = []
        for held in guards {
            let runs = try await held.runs(of: digest, making: making)
            guard let newest = runs.first else { continue }
            guard newest.database == held.session.identity.fingerprint else {
                throw .copiedLedger(target: held.target.name)
            }
            latest.append(newest)
        }
        let done = latest.filter { $0.status == RunRow.Status.done.rawValue }
        if let first = done.first, done.count == guards.count { throw .alreadyDone(run: first.run, at: first.finishedAt) }
        if let open = latest.first(where: { $0.status != RunRow.Status.undone.rawValue }) {
            throw .unfinished(run: open.run, status: open.status)
        }
        return (latest.map(\.cycle).max() ?? 0) + 1
    }

    private func resolve(
        _ variables: [PlannedVariable]
    ) async throws(RunRefusal) -> (values: [String: String], secrets: [String]) {
        var values: [String: String] = [:]
        var secrets: [String] = []
        for variable in variables {
            switch variable.value {
            case .text(let text): values[variable.name] = text
            case .secret(let reference):
                do throws(SecretUnavailable) {
                    let secret = try await environment.secret(reference)
                    values[variable.name] = secret
                    secrets.append(secret)
                } catch {
                    throw .secret(error)
                }
            }
        }
        return (values, secrets)
    }

    private func remember(_ secrets: [String], in log: RunLog) {
        for secret in secrets { log.redactor.remember(secret) }
    }

    /// The phases that stand, the latest first; those the ledger knows nothing of did not happen.
    private func phasesToTakeBack(
        _ plan: Plan, _ state: RunState, to phase: String?, _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> [PlannedPhase] {
        var standing: [RunState.PhaseState] = []
        for candidate in state.phases where candidate.standsToBeUndone {
            if candidate.applied.isEmpty, let step = candidate.inDoubt, candidate.status != .done {
                let known = await withMarkers(guards, run: state.run, step: step)
                if !known { continue }
            }
            standing.append(candidate)
        }
        if let phase {
            guard let index = state.phases.firstIndex(where: { $0.id == phase }) else {
                throw .unknownPhase(phase, known: state.phases.map(\.id))
            }
            let later = Set(state.phases[(index + 1)...].map(\.id))
            standing.removeAll { !later.contains($0.id) }
        }
        return standing.reversed().compactMap { plan.phase($0.id) }
    }

    private func withMarkers(_ guards: [TargetGuard], run: String, step: String) async -> Bool {
        for held in guards where await held.hasMarker(run: run, step: step) { return true }
        return false
    }
}

extension RunRow.Status {
    /// How a run with this outcome stands for the next one.
    init(_ outcome: Outcome) {
        self =
            switch outcome {
            case .done, .nothingToDo: .done
            case .unwound, .noGo, .rolledBack: .undone
            case .stopped, .unknown, .interrupted: .stopped
            case .stuck: .stuck
            }
    }
}

extension PlannedPhase {
    /// Every database it or its rollback touches.
    var allTargets: [String] {
        guard case .steps(let steps, let checks, _, _) = rollback else { return targets }
        return targets + steps.map(\.target) + checks.compactMap(\.target)
    }
}

/// Names for runs: the day, and four letters that make it likely to be the only one.
enum RunName {
    static func new() -> String {
        let day = UTC.now.prefix(10).replacing("-", with: "").dropFirst(4)
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        let suffix = (0..<4).compactMap { _ in letters.randomElement() }
        return "r-\(day)-\(String(suffix))"
    }
}
