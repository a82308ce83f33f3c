import CanonicalJSON
import Databases
import Planning

/// What must be true before a run begins, and what is put in place for it.
extension Runner {
    /// Does something while it holds every target of a plan.
    func holding<Answer>(
        _ plan: Plan, as run: String, _ work: ([TargetGuard]) async throws(RunRefusal) -> Answer
    ) async throws(RunRefusal) -> Answer {
        let guards = try await takeGuards(plan, run: run)
        do throws(RunRefusal) {
            let answer = try await work(guards)
            await release(guards)
            return answer
        } catch {
            await release(guards)
            throw error
        }
    }

    /// Does something with a run while it holds every target of its plan; the journal is read only then, since before
    /// that another process may have been writing it.
    func holding<Answer>(
        _ directory: RunDirectory,
        _ work: (Plan, [JournalLine], [TargetGuard]) async throws(RunRefusal) -> Answer
    ) async throws(RunRefusal) -> Answer {
        let plan = try directory.planToFollow()
        return try await holding(plan, as: directory.run) { guards throws(RunRefusal) in
            let lines: [JournalLine]
            do throws(RunUnreadable) { lines = try directory.journal(of: plan) } catch { throw .unreadable(error) }
            return try await work(plan, lines, guards)
        }
    }

    private func takeGuards(_ plan: Plan, run: String) async throws(RunRefusal) -> [TargetGuard] {
        var guards: [TargetGuard] = []
        let used = plan.usedTargets
        do throws(RunRefusal) {
            // In one order for all runbooks: two that name the same databases must not wait for each other.
            for target in used.sorted(by: { $0.display < $1.display }) {
                guards.append(try await TargetGuard.take(target, run: run, environment: environment, besides: guards))
            }
            return used.compactMap { target in guards.first { $0.target.name == target.name } }
        } catch {
            await release(guards)
            throw error
        }
    }

    private func release(_ guards: [TargetGuard]) async {
        for held in guards { await held.release() }
    }

    /// The number of this attempt, unless the plan is done, or a run of its runbook is unfinished.
    func nextCycle(of plan: Plan, _ guards: [TargetGuard], making: Bool) async throws(RunRefusal) -> Int {
        let digest = plan.work.hex
        var latest: [EarlierRun] = []
        for held in guards {
            try await held.refuseWorkers()
            let runs = try await held.runs(of: plan, making: making)
            let newest = runs.first { $0.plan == digest }
            let others = runs.filter { $0.plan != digest }
            let unfinished = others.first { !$0.isFinished }
            let done = newest == nil || newest?.status == .undone ? others.first : nil
            let other = unfinished ?? done
            for run in [newest, other].compactMap({ $0 }) {
                guard run.database == held.identity.fingerprint else {
                    throw .copiedLedger(target: held.target.name)
                }
            }
            if let other {
                throw .otherPlanStands(
                    run: other.run,
                    status: other.status.rawValue,
                    theirs: String(other.plan.prefix(12)),
                    ours: String(digest.prefix(12))
                )
            }
            if let newest { latest.append(newest) }
        }
        let done = latest.filter { $0.status == .done }
        if let first = done.first, done.count == guards.count {
            throw .alreadyDone(run: first.run, at: first.finishedAt)
        }
        if let open = latest.first(where: { $0.status != .undone }) {
            throw .unfinished(run: open.run, status: open.status.rawValue)
        }
        return (latest.map(\.cycle).max() ?? 0) + 1
    }

    /// What ledgers know of a run.
    struct LedgerRows {
        /// Whether one says that it is not finished.
        var isOpen = false
        /// How often its plan was begun.
        var cycle = 1
        /// Who acts for it, by target.
        var epochs: [String: Int] = [:]
    }

    /// What the ledgers say of a run; refuses ledgers that are not those of the run.
    func ledgerRows(
        of run: String, _ state: RunState, _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> LedgerRows {
        var known = LedgerRows(cycle: max(1, state.cycle))
        for held in guards {
            guard let row = try await held.row(of: run) else {
                // A run that died while it began has no row everywhere; one that did anything has.
                let database = state.databases[held.target.name] ?? held.identity.fingerprint
                guard state.phases.isEmpty, database == held.identity.fingerprint else {
                    throw .runNotInLedger(run: run, target: held.target.name)
                }
                continue
            }
            guard row.database == held.identity.fingerprint else {
                throw .copiedLedger(target: held.target.name)
            }
            known.isOpen = known.isOpen || !row.isFinished
            known.cycle = max(known.cycle, row.cycle)
            known.epochs[held.target.name] = row.epoch
        }
        return known
    }

    /// Writes the run into every ledger, or into none.
    func enter(_ context: RunContext, _ guards: [TargetGuard]) async throws(RunRefusal) {
        // One for all targets: a takeover names one word for the run.
        let owner = RunOwner(environment.operatorName)
        var entered: [TargetGuard] = []
        do throws(RunRefusal) {
            for held in guards {
                try await held.begin(
                    context.run,
                    plan: context.plan,
                    digest: context.planDigest,
                    cycle: context.cycle,
                    owner: owner
                )
                entered.append(held)
            }
        } catch {
            for held in entered {
                try? await held.finish(context.run, status: .undone, epoch: 1)
            }
            throw error
        }
    }

    /// What all parts of the run will share; opens its journal.
    func context(
        _ plan: Plan,
        _ directory: RunDirectory,
        after lines: [JournalLine],
        cycle: Int,
        epochs: [String: Int] = [:],
        isResumed: Bool = false,
        _ guards: [TargetGuard],
        _ variables: Variables
    ) throws(RunRefusal) -> RunContext {
        let log: RunLog
        do throws(FileFailure) {
            log = try RunLog(directory: directory, after: lines, observe: environment.observe)
        } catch {
            // Its process may stand still, with its sessions gone.
            if error.action == "lock" { throw .locked(target: "the journal of \(directory.run)", holder: nil) }
            throw .state(error)
        }
        for secret in variables.secrets { log.redactor.remember(secret) }
        return RunContext(
            plan: plan,
            planDigest: plan.work.hex,
            run: directory.run,
            cycle: cycle,
            directory: directory,
            log: log,
            environment: environment,
            variables: variables.values,
            epochs: epochs,
            locks: Dictionary(uniqueKeysWithValues: guards.map { ($0.target.name, $0.lock) }),
            isResumed: isResumed,
            window: environment.goesPastWindow ? nil : WindowWatch(plan, begun: lines.begun)
        )
    }

    /// The values of a plan's variables, and which of them are secret.
    typealias Variables = (values: [String: String], secrets: [String])

    /// Looks the secrets up.
    func resolve(_ variables: [PlannedVariable]) async throws(RunRefusal) -> Variables {
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
}

/// Names for runs: the day, and four letters that make it likely to be the only one.
enum RunName {
    static func new() -> String {
        let machine = CurrentMachine.value
        let day = machine.time.prefix(10).replacing("-", with: "").dropFirst(4)
        return "r-\(day)-\(machine.letters(4, of: Array("abcdefghjkmnpqrstuvwxyz23456789")))"
    }
}
