import Databases

/// The session that holds a target's lock for a run; when it is lost, the lock is taken again before anything else
/// is begun there, unless somebody else has it, or another database answers.
actor TargetLock {
    /// The session that holds it, or held it last.
    private(set) var session: any DatabaseSession
    /// What tells the database from every other.
    nonisolated let fingerprint: String
    private let reopen: @Sendable () async throws(DatabaseError) -> any DatabaseSession
    private var confirming: Task<Result<Void, DatabaseError>, Never>?

    /// How long the server is given to notice that the lost session is gone.
    private static let patience = Duration.seconds(20)

    init(
        _ session: any DatabaseSession,
        reopen: @escaping @Sendable () async throws(DatabaseError) -> any DatabaseSession
    ) {
        (self.session, self.reopen, fingerprint) = (session, reopen, session.identity.fingerprint)
    }

    /// Looks at a database to which the way was lost for a while, before anything more is done there.
    typealias Examination = @Sendable (any DatabaseSession) async throws(DatabaseError) -> Void

    /// Makes sure that this run still holds its target.
    ///
    /// - Throws: `DatabaseError`, whose `isSuperseded` says whether somebody else acts for the run now.
    func confirm(_ run: String, epoch: Int, examining: @escaping Examination) async throws(DatabaseError) {
        // Phases side by side ask together. In a task of its own: a session does nothing for one that was cancelled.
        let task = confirming ?? Task.apart { await self.confirmed(run, epoch, examining) }
        confirming = task
        let result = await task.value
        confirming = nil
        try result.get()
    }

    private func confirmed(
        _ run: String, _ epoch: Int, _ examine: Examination
    ) async -> Result<Void, DatabaseError> {
        if await session.answers() { return .success(()) }
        await session.close()
        do throws(DatabaseError) {
            let fresh = try await reopen()
            do throws(DatabaseError) {
                guard fresh.identity.fingerprint == fingerprint else { throw .another(fresh.identity) }
                try await lock(fresh, run, epoch)
                try await examine(fresh)
            } catch {
                await fresh.close()
                throw error
            }
            session = fresh
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func lock(_ fresh: any DatabaseSession, _ run: String, _ epoch: Int) async throws(DatabaseError) {
        let end = Time.now.advanced(by: Self.patience)
        if fresh.dialect.tryLock != nil {
            while try await !fresh.tryLock() {
                try await endLost(fresh, run)
                guard end > Time.now else {
                    guard try await isOurs(fresh, run, epoch) else { throw .superseded }
                    throw .held(by: await fresh.lockHolder(), not: run)
                }
                await Time.sleep(for: .milliseconds(200))
            }
        }
        guard try await isOurs(fresh, run, epoch) else { throw .superseded }
    }

    private func isOurs(_ fresh: any DatabaseSession, _ run: String, _ epoch: Int) async throws(DatabaseError) -> Bool {
        let row = try await fresh.execute(Ledger(fresh.dialect).run(run)).rows.first.flatMap(EarlierRun.init)
        return row?.epoch == epoch
    }

    /// Ends the session that was lost: where the way between went silent, its server keeps it, and the lock with it.
    private func endLost(_ fresh: any DatabaseSession, _ run: String) async throws(DatabaseError) {
        guard let lost = session.facts.process, let question = fresh.dialect.holder,
            let row = try await fresh.execute(question).rows.first, row.count == 4,
            row[0].text == String(lost), row[2].text == RunEnvironment.holding + run, let start = row[1].text,
            let end = fresh.dialect.end(session: String(lost), since: start)
        else { return }
        _ = try await fresh.execute(end)
    }

    /// Gives the lock back and ends the session.
    ///
    /// Before the session ends: its server goes on for a moment, and would keep the next run out. In a task of its own:
    /// a session does nothing for a task that was cancelled.
    func release() async {
        let session = session
        await Task.apart {
            if let unlock = session.dialect.unlock, await session.transactionState != .lost {
                _ = try? await session.execute(unlock, limits: .none, deadline: 5000.deadlineFromNow)
            }
            await session.close()
        }.value
    }
}

extension DatabaseSession {
    /// Whether the ledger's lock is this session's now.
    func tryLock() async throws(DatabaseError) -> Bool {
        guard let statement = dialect.tryLock else { return true }
        return try await execute(statement).rows.first?.first == .boolean(true)
    }

    /// Whether it is good for anything still.
    func answers() async -> Bool {
        guard transactionState != .lost else { return false }
        return (try? await execute("SELECT 1", limits: .none, deadline: 5000.deadlineFromNow)) != nil
    }

    /// Who acts for a run by the ledger, or for the latest; nil when it cannot tell.
    func ledgersHolder(_ run: String?) async -> RunHolder? {
        RunHolder(try? await execute(Ledger(dialect).holder(run)).rows.first)
    }

    /// Who holds the ledger's lock.
    func lockHolder() async -> RunHolder? {
        guard let question = dialect.holder, let row = try? await execute(question).rows.first, row.count == 4
        else { return nil }
        let texts = row.map { $0.text ?? "" }
        let run =
            texts[2].hasPrefix(RunEnvironment.holding) ? String(texts[2].dropFirst(RunEnvironment.holding.count)) : nil
        if let run, let holder = await ledgersHolder(run) { return holder }
        return RunHolder(session: texts[0], of: texts[3], since: texts[1])
    }
}

extension DatabaseError {
    /// Somebody else acts for the run now.
    static let superseded = DatabaseError(
        kind: .connection, code: "superseded", message: "another runner took over this run")

    /// The session with the lock was lost, and cannot be ended, or somebody else was faster.
    static func held(by holder: RunHolder?, not run: String) -> DatabaseError {
        let now = holder.flatMap { $0.run == run ? nil : "\($0.words), holds it now" }
        return DatabaseError(
            kind: .connection,
            message: "the session that held the database was lost, and " + (now ?? "its server still keeps it"))
    }

    /// Another database answers under the address of one this run works in.
    static func another(_ identity: DatabaseIdentity) -> DatabaseError {
        DatabaseError(
            kind: .connection, code: anothersCode,
            message: "\(identity.database) is another database than this run began in")
    }

    /// The database is the same, and was set back to a time before a step.
    static func setBack(before step: String) -> DatabaseError {
        DatabaseError(
            kind: .connection, code: anothersCode,
            message:
                "the database does not know any more that step \(step) is applied: it was set back to an earlier time")
    }

    /// Whether what answers is not what the run worked in.
    var isAnother: Bool { code == Self.anothersCode }
    /// The code of such an error.
    static let anothersCode = "another"

    /// Whether that is so.
    var isSuperseded: Bool { code == "superseded" }
}
