import CanonicalJSON
import Databases
import Planning

/// One target for the length of a run: locked, its ledger at hand.
struct TargetGuard: Sendable {
    let target: PlannedTarget
    let identity: DatabaseIdentity
    let ledger: Ledger
    /// Holds the lock, and takes it again when its session is lost.
    let lock: TargetLock
    private let file: FileLock?

    /// The session that holds the lock.
    var session: any DatabaseSession { get async { await lock.session } }

    /// Opens and locks it.
    static func take(
        _ target: PlannedTarget,
        run: String,
        environment: RunEnvironment,
        besides others: [TargetGuard]
    ) async throws(RunRefusal) -> TargetGuard {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            session = try await environment.openToHold(target, run)
        } catch {
            throw .cannotConnect(target: target.name, display: target.display, error)
        }
        var file: FileLock?
        do throws(RunRefusal) {
            // The lock would be waited for, which this run has itself.
            if let same = others.first(where: { $0.identity.fingerprint == session.identity.fingerprint }) {
                throw .sameDatabase(target: target.name, other: same.target.name)
            }
            file = try fileLock(session)
            // SQLite finds its log by name: what is done by one name is not seen by another, and is lost.
            if let count = file?.names, count > 1 {
                throw .severalNames(target: target.name, path: session.identity.database, count: count)
            }
            try await awaitLock(session, file, target, environment)
            let lock = TargetLock(session) { () async throws(DatabaseError) in
                try await environment.openToHold(target, run)
            }
            return TargetGuard(
                target: target, identity: session.identity, ledger: Ledger(session.dialect), lock: lock, file: file)
        } catch {
            await session.close()
            file?.close()
            throw error
        }
    }

    /// What is locked of a database whose sessions have no lock to offer.
    private static func fileLock(_ session: any DatabaseSession) throws(RunRefusal) -> FileLock? {
        guard session.dialect.tryLock == nil else { return nil }
        do throws(FileFailure) { return try FileLock(on: session.identity.database) } catch { throw .state(error) }
    }

    /// How long the server of a process that has ended may take to notice.
    private static let moment = Duration.seconds(2)

    /// Asks for the lock again and again, as long as the one who runs it wants to wait.
    private static func awaitLock(
        _ session: any DatabaseSession, _ file: FileLock?, _ target: PlannedTarget, _ environment: RunEnvironment
    ) async throws(RunRefusal) {
        let start = Time.now
        var isTold = false
        while true {
            let isPassing: Bool
            do throws(RunRefusal) {
                return try await takeLock(session, file, target)
            } catch {
                guard case .locked(_, let holder) = error, !environment.stopRequested() else { throw error }
                isPassing = holder?.isPassing ?? true
                let patience = max(environment.lockPatience, isPassing ? moment : .zero)
                guard start.duration(to: Time.now) < patience else { throw error }
                if !isTold, !isPassing {
                    environment.tell("waiting for \(target.name)" + (holder.map { ", held by \($0.words)" } ?? ""))
                    isTold = true
                }
            }
            await Time.sleep(for: .milliseconds(isPassing ? 50 : 500))
        }
    }

    /// The lock of the session where the engine has one, else that of the database's file.
    private static func takeLock(
        _ session: any DatabaseSession, _ file: FileLock?, _ target: PlannedTarget
    ) async throws(RunRefusal) {
        if let file {
            do throws(FileFailure) {
                if try file.take() { return }
            } catch {
                throw .state(error)
            }
            throw .locked(target: target.name, holder: await session.ledgersHolder(nil))
        }
        do throws(DatabaseError) {
            if try await session.tryLock() { return }
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
        throw .locked(target: target.name, holder: await session.lockHolder())
    }

    /// Makes sure that no session works here for a run whose process is gone: a server carries on with what it was
    /// sent.
    func refuseWorkers() async throws(RunRefusal) {
        let worker: String?
        do throws(DatabaseError) {
            worker = try await self.worker()
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
        if let worker { throw .orphaned(target: target.name, session: worker) }
    }

    /// A session that works here; the sessions of a run that has just ended get a moment to end.
    private func worker() async throws(DatabaseError) -> String? {
        let session = await session
        guard let question = session.dialect.isFree, let list = session.dialect.sessions(workingFor: nil) else {
            return nil
        }
        for _ in 0..<20 {
            if try await session.execute(question).rows.first?.first == .boolean(true) { return nil }
            await Time.sleep(for: .milliseconds(100))
        }
        return try await session.execute(list).rows.compactMap(WorkingSession.init).first?.words
            ?? "a session of another run"
    }

    /// The runs of a plan here, the latest first, and others of its runbook that stand; makes the ledger, if it may,
    /// when it is not there.
    func runs(of plan: Plan, making: Bool) async throws(RunRefusal) -> [EarlierRun] {
        do throws(DatabaseError) {
            let question = ledger.runs(of: plan.work.hex, named: plan.name, variables: plan.variablesDigest.hex)
            let result: StatementResult
            do throws(DatabaseError) {
                result = try await session.execute(question)
            } catch {
                guard error.kind == .statement else { throw error }
                guard making else { return [] }
                try await makeLedger()
                result = try await session.execute(question)
            }
            try await refuseLedgersSchema()
            return result.rows.compactMap(EarlierRun.init)
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
    }

    /// A role called like the ledger's schema has it first in its search path: what a script makes would lie beside
    /// the ledger, where no comparison of schemas looks.
    private func refuseLedgersSchema() async throws(DatabaseError) {
        guard identity.engine == .postgres else { return }
        let current = try await session.execute("SELECT pg_catalog.current_schema()").rows.first?.first?.text
        guard let current, current + "." == ledger.prefix else { return }
        throw DatabaseError(
            kind: .statement,
            message: "new objects would go to the schema `\(current)`, which is the ledger's",
            hint: "connect as a role of another name, or set another search_path for it"
        )
    }

    /// The row of a run; nil when this ledger does not know it.
    func row(of run: String) async throws(RunRefusal) -> EarlierRun? {
        do throws(DatabaseError) {
            return try await session.execute(ledger.run(run)).rows.first.flatMap(EarlierRun.init)
        } catch {
            // No ledger at all: another database, or one that was restored.
            if ["42P01", "3F000"].contains(error.code) || error.message.hasPrefix("no such table") { return nil }
            throw .ledgerUnusable(target: target.name, error)
        }
    }

    private func makeLedger() async throws(DatabaseError) {
        let session = await session
        let statements = [session.dialect.beginWrite] + ledger.setup + ["COMMIT"]
        let end = 60_000.deadlineFromNow
        while true {
            do throws(BatchFailure) {
                return try await session.executeBatch(statements, limits: .none, deadline: end) { _, _ in }
            } catch {
                await session.endTransaction()
                guard error.error.code == "SQLITE_BUSY", end > Time.now else { throw error.error }
            }
            await Time.sleep(for: .milliseconds(200))
        }
    }

    /// Writes a run's row.
    func begin(_ run: String, plan: Plan, digest: String, cycle: Int, owner: RunOwner) async throws(RunRefusal) {
        let row = RunRow(
            run: run,
            plan: digest,
            name: plan.name,
            cycle: cycle,
            epoch: 1,
            status: .running,
            owner: owner,
            database: identity.fingerprint,
            variables: plan.variablesDigest.hex
        )
        try await write(ledger.begin(row))
    }

    /// Makes this process the one that may act for a run; the epoch, or nil when this ledger does not know the run.
    func takeOver(_ run: String, by owner: RunOwner) async throws(RunRefusal) -> Int? {
        do throws(DatabaseError) {
            let result = try await session.execute(
                ledger.takeOver(run, by: owner), limits: .standard, deadline: 60_000.deadlineFromNow)
            return result.rows.first?.first?.text.flatMap { Int($0) }
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
    }

    /// Writes how a run stands, taking the lock anew when the session that held it is lost.
    func finish(
        _ run: String, status: RunRow.Status, epoch: Int, examining: @escaping TargetLock.Examination = { _ in }
    ) async throws(RunRefusal) {
        do throws(DatabaseError) {
            try await lock.confirm(run, epoch: epoch, examining: examining)
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
        try await write(ledger.finish(run, status: status, epoch: epoch))
    }

    /// Writes, and waits a minute for another program that holds the file.
    private func write(_ statement: SQLStatement) async throws(RunRefusal) {
        let session = await session
        let end = 60_000.deadlineFromNow
        while true {
            do throws(DatabaseError) {
                _ = try await session.execute(statement, limits: .none, deadline: end)
                return
            } catch {
                guard error.code == "SQLITE_BUSY", end > Time.now else {
                    throw .ledgerUnusable(target: target.name, error)
                }
            }
            await Time.sleep(for: .milliseconds(200))
        }
    }

    /// Gives the lock back and ends the session.
    func release() async {
        await lock.release()
        file?.close()
    }
}
