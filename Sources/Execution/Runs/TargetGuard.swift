import CanonicalJSON
import Databases
import Planning

/// One target for the length of a run: locked, its ledger at hand.
struct TargetGuard: Sendable {
    let target: PlannedTarget
    let session: any DatabaseSession
    let ledger: Ledger
    private let lock: FileLock?

    /// Opens and locks it.
    static func take(
        _ target: PlannedTarget,
        run: String,
        environment: RunEnvironment
    ) async throws(RunRefusal) -> TargetGuard {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            // Of another name than those that act: they may be ended by who takes the run over, this one may not.
            session = try await environment.openForLong(target, "gonogo-lock/\(run)")
        } catch {
            throw .cannotConnect(target: target.name, display: target.display, error)
        }
        do throws(RunRefusal) {
            let lock = try await takeLock(session, target)
            return TargetGuard(target: target, session: session, ledger: Ledger(session.dialect), lock: lock)
        } catch {
            await session.close()
            throw error
        }
    }

    /// The lock of the session where the engine has one, else one beside the database's file.
    private static func takeLock(
        _ session: any DatabaseSession,
        _ target: PlannedTarget
    ) async throws(RunRefusal) -> FileLock? {
        guard let statement = session.dialect.tryLock else {
            do throws(FileFailure) {
                if let lock = try FileLock.take(besides: session.identity.database) { return lock }
            } catch {
                throw .state(error)
            }
            throw .locked(target: target.name, holder: await holder(session))
        }
        let answer: DatabaseValue?
        do throws(DatabaseError) {
            answer = try await session.execute(statement).rows.first?.first
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
        guard answer == .boolean(true) else {
            throw .locked(target: target.name, holder: await holder(session))
        }
        return nil
    }

    private static func holder(_ session: any DatabaseSession) async -> String? {
        let row = try? await session.execute(Ledger(session.dialect).running).rows.first
        guard let row, row.count == 2, let run = row[0].text, let owner = row[1].text else { return nil }
        return "\(run) of \(owner)"
    }

    /// The runs of a plan here, the latest first, and others of its runbook that stand; makes the ledger, if it may,
    /// when it is not there.
    func runs(of plan: Plan, making: Bool) async throws(RunRefusal) -> [EarlierRun] {
        do throws(DatabaseError) {
            let question = ledger.runs(of: plan.digest.hex, named: plan.name, variables: plan.variablesDigest.hex)
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
        guard session.identity.engine == .postgres else { return }
        let current = try await session.execute("SELECT pg_catalog.current_schema()").rows.first?.first?.text
        guard let current, current + "." == session.dialect.ledgerPrefix else { return }
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
        let statements = [session.dialect.beginWrite] + ledger.setup + ["COMMIT"]
        do throws(BatchFailure) {
            try await session.executeBatch(statements, limits: .none, deadline: 60_000.deadlineFromNow) { _, _ in }
        } catch {
            await session.endTransaction()
            throw error.error
        }
    }

    /// Writes a run's row.
    func begin(_ run: String, plan: Plan, digest: String, cycle: Int, owner: String) async throws(RunRefusal) {
        let row = RunRow(
            run: run,
            plan: digest,
            name: plan.name,
            cycle: cycle,
            epoch: 1,
            status: .running,
            owner: owner,
            database: session.identity.fingerprint,
            variables: plan.variablesDigest.hex
        )
        try await write(ledger.begin(row))
    }

    /// Makes this process the one that may act for a run; the epoch, or nil when this ledger does not know the run.
    func takeOver(_ run: String, owner: String) async throws(RunRefusal) -> Int? {
        do throws(DatabaseError) {
            let result = try await session.execute(
                ledger.takeOver(run, owner: owner), limits: .standard, deadline: 60_000.deadlineFromNow)
            return result.rows.first?.first?.text.flatMap { Int($0) }
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
    }

    /// Writes how a run stands; over a new session when the one that held the lock is lost.
    func finish(
        _ run: String, status: RunRow.Status, epoch: Int, environment: RunEnvironment
    ) async throws(RunRefusal) {
        let statement = ledger.finish(run, status: status, epoch: epoch)
        do throws(RunRefusal) {
            return try await write(statement)
        } catch {
            guard await session.transactionState == .lost else { throw error }
        }
        let fresh: any DatabaseSession
        do throws(DatabaseError) {
            fresh = try await environment.openForLong(target, "gonogo/\(run)")
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
        defer { _ = Task.apart { await fresh.close() } }
        try await TargetGuard(target: target, session: fresh, ledger: ledger, lock: nil).write(statement)
    }

    /// Writes, and waits a minute for another program that holds the file.
    private func write(_ statement: SQLStatement) async throws(RunRefusal) {
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
    ///
    /// Before the session ends: its server goes on for a moment, and would keep the next run out.
    func release() async {
        if let unlock = session.dialect.unlock, await session.transactionState != .lost {
            _ = try? await session.execute(unlock, limits: .none, deadline: 5000.deadlineFromNow)
        }
        await session.close()
        lock?.release()
    }
}
