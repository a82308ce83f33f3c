import CanonicalJSON
import Databases
import Planning
import Statements

/// What all parts of one run share.
struct RunContext: Sendable {
    let plan: Plan
    /// What ledgers know the plan by: its work, whatever it is bound to.
    let planDigest: String
    let run: String
    let cycle: Int
    let directory: RunDirectory
    let log: RunLog
    let environment: RunEnvironment
    /// By name, secrets in place.
    let variables: [String: String]
    let idleSessions = IdleSessions()
    /// By target, for work outside of transactions: index builds beside each other wait for each other's transactions,
    /// and one of them is then a deadlock's victim, with all it had built.
    let turns = Turns()
    /// Whether a phase failed: then nobody needs to be asked any more whether another may go on.
    let hasFailed = Guarded(false)

    /// By target, the place of whoever acts now in the order of those who acted for the run, from 1: what an older one
    /// writes is refused.
    let epochs: [String: Int]
    /// By target, what keeps others out.
    let locks: [String: TargetLock]
    /// Whether it goes on after it had stopped or died: what it finds done may be its own work.
    let isResumed: Bool
    /// What keeps it inside its window; nil where its plan has none.
    let window: WindowWatch?
    /// Whether somebody else acts for the run now: then nothing more is done, not even taken back.
    let isSuperseded = Guarded(false)

    /// Opens a session on a target of the plan, which this run must hold still.
    ///
    /// First the session, which keeps others from beginning, then the lock: in the other order somebody could come in
    /// between.
    func open(_ target: String) async throws(DatabaseError) -> any DatabaseSession {
        guard let planned = plan.targets.first(where: { $0.name == target }) else {
            throw DatabaseError(kind: .connection, message: "the plan has no target `\(target)`")
        }
        do throws(DatabaseError) {
            let session = try await environment.openToWork(planned, run)
            do throws(DatabaseError) {
                try await confirm(target)
                guard locks[target].map({ $0.fingerprint == session.identity.fingerprint }) ?? true else {
                    throw .another(session.identity)
                }
                return session
            } catch {
                await session.close()
                throw error
            }
        } catch {
            if error.isSuperseded { isSuperseded.withLock { $0 = true } }
            throw error
        }
    }

    /// Makes sure that this run still holds a target; nil stands for all of them.
    func confirm(_ target: String?) async throws(DatabaseError) {
        do throws(DatabaseError) {
            for (name, lock) in locks where target == nil || name == target {
                try await confirm(lock, of: name)
            }
        } catch {
            if error.isSuperseded { isSuperseded.withLock { $0 = true } }
            throw error
        }
    }

    /// Makes sure that this run still holds a target, and that a database which was away is the one it was.
    private func confirm(_ lock: TargetLock, of target: String) async throws(DatabaseError) {
        try await lock.confirm(run, epoch: epochs[target] ?? 1) { session throws(DatabaseError) in
            try await examine(session, target)
            environment.tell("\(target): the connection was lost, and is there again")
        }
    }

    /// Holds the ledger against the journal.
    func examine(_ session: any DatabaseSession, _ target: String) async throws(DatabaseError) {
        let markers = try await session.markers(of: planDigest, target: target, cycle: cycle)
        if let missing = await log.state.unmarked(in: target, of: plan, among: markers) {
            throw .setBack(before: missing.step)
        }
    }

    /// Why a run whose phases are all done is not done: what they were done in is not what answers now.
    func problemAtTheEnd() async -> String? {
        do throws(DatabaseError) {
            try await confirm(nil)
            // A file that was replaced is still the one that an open session has.
            for (name, lock) in locks where await lock.session.dialect.tryLock == nil {
                await (try open(name)).close()
            }
        } catch {
            return error.isAnother ? error.message : nil
        }
        return nil
    }

    /// Why a step is not carried out for which a ledger writes no marker.
    func superseded(_ step: PlannedStep) -> FailureCause {
        isSuperseded.withLock { $0 = true }
        return FailureCause(message: DatabaseError.superseded.message, place: step.place)
    }

    /// Whether a step outside of transactions leaves its settings to its session.
    func setsForSession(_ script: PlannedScript, _ target: String) -> Bool {
        script.stepClass == .nonTransactional && plan.targets.contains { $0.name == target && $0.engine == .postgres }
    }

    /// A statement as it is sent: the values in place, quoted as the engine quotes.
    func bound(_ statement: PlannedStatement, each: [PlannedSetting] = [], _ dialect: any Dialect) -> String {
        statement.bound { quoted($0, each, dialect) }
    }

    /// How many characters of a statement as it was sent are those of a variable's value.
    func length(of reference: VariableReference, _ dialect: any Dialect) -> Int {
        quoted(reference, [], dialect).unicodeScalars.count
    }

    private func quoted(_ reference: VariableReference, _ each: [PlannedSetting], _ dialect: any Dialect) -> String {
        let value = each.first { $0.name == reference.name }?.value ?? variables[reference.name] ?? ""
        return reference.form == .literal ? dialect.literal(value) : dialect.identifier(value)
    }

    /// The marker of a step.
    func marker(_ mark: StepMark, of step: PlannedStep, state: Marker.State) async -> Marker {
        Marker(
            plan: planDigest, target: step.target, step: mark.step, direction: mark.direction, cycle: cycle, run: run,
            sha256: step.digest, epoch: epochs[step.target] ?? 1, journalHead: await log.writtenHead().hex, state: state
        )
    }

    /// A program of the plan, ready to start.
    func child(
        _ command: PlannedCommand, step: String, deadline: ContinuousClock.Instant?
    ) async throws(SecretUnavailable) -> ChildProcess {
        var variables = environment.childEnvironment
        variables["GONOGO_RUN_ID"] = run
        variables["GONOGO_STEP_ID"] = step
        for entry in command.environment {
            switch entry.value {
            case .text(let text): variables[entry.name] = text
            case .secret(let reference):
                let secret = try await environment.secret(reference)
                log.redactor.remember(secret)
                variables[entry.name] = secret
            }
        }
        return ChildProcess(
            arguments: command.arguments, environment: variables, directory: environment.root, deadline: deadline)
    }
}

extension Int? {
    /// The moment that many milliseconds from now.
    var deadline: ContinuousClock.Instant? { map { Time.now.advanced(by: .milliseconds($0)) } }
}

extension ContinuousClock.Instant {
    /// Whole milliseconds since then.
    var elapsed: Int { duration(to: Time.now).milliseconds }
}
