import Databases
import Planning
import TestSupport
import Testing

@testable import Execution

/// Something between a run and its server that does other things than it was told, as poolers do and scripts may.
struct `A transaction that is meddled with` {
    private static let two = """
        phases:
          - { id: one, sql: a.sql, rollback: { statement: DROP TABLE IF EXISTS t } }
        """
    private static let files = ["a.sql": "CREATE TABLE t (id integer); INSERT INTO t VALUES (1);"]

    /// The message of the step's failure.
    private func failure(_ scene: Scene, _ meddling: Meddling) async throws -> String? {
        let plan = try scene.plan(Self.two, Self.files)
        let environment = scene.environment.meddled(meddling)
        _ = try await Runner(environment).run(plan)
        for case .stepApplied(let mark, _, _) in scene.events where mark.direction == .forward {
            Issue.record("\(mark.step) counts as applied")
        }
        return scene.failure?.message
    }

    @Test func `was ended by its script and is not called applied`() async throws {
        let scene = try await Scene(.postgres)
        #expect(try await failure(scene, .ends) == "the script ended the transaction of its step")
    }

    @Test func `was ended by its script, which began another, and is not called applied`() async throws {
        let scene = try await Scene(.postgres)
        let words = "the script ended the transaction of its step and began another"
        #expect(try await failure(scene, .beginsAnother) == words)
    }

    @Test func `is aborted before its COMMIT, which the server answers all the same`() async throws {
        let scene = try await Scene(.postgres)
        #expect(try await failure(scene, .aborts) == "COMMIT was answered with ROLLBACK: nothing was applied")
        #expect(try await !scene.has("t"))
    }

    @Test func `has not the setting that makes its COMMIT last`() async throws {
        let scene = try await Scene(.postgres)
        #expect(
            try await failure(scene, .changesSetting) == "synchronous_commit is off although it was set to on")
        #expect(try await !scene.has("t"))
    }

    @Test func `is looked up when the answer to its COMMIT is lost`() async throws {
        let scene = try await Scene(.postgres)
        let plan = try scene.plan(Self.two, Self.files)
        #expect(try await Runner(scene.environment.meddled(.losesAnswer)).run(plan).outcome == .done)
        #expect(try await scene.value("SELECT count(*) FROM t") == "1")
    }
}

struct `An index that somebody else left invalid` {
    @Test func `is not taken for the one that was to be built, though the server says so`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (1)")
        let plan = try scene.plan(
            """
            phases:
              - id: one
                statement: CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (id)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY IF EXISTS i, transaction: none }
            """)
        let result = try await Runner(scene.environment.meddled(.leavesInvalidIndex)).run(plan)
        #expect(result.outcome == .unwound)
        #expect(scene.failure?.message == "index i is invalid after create")
    }
}

/// What is done to the steps of a run.
private enum Meddling: Sendable {
    /// COMMIT, behind the script.
    case ends
    /// COMMIT and BEGIN, behind the script.
    case beginsAnother
    /// A statement that fails, before COMMIT.
    case aborts
    /// `synchronous_commit` is not set as asked.
    case changesSetting
    /// The connection is lost when the server has committed.
    case losesAnswer
    /// An index of the same name is left invalid, just before one is built.
    case leavesInvalidIndex
}

extension RunEnvironment {
    /// The same with somebody in between.
    fileprivate func meddled(_ meddling: Meddling) -> RunEnvironment {
        let open = open
        return RunEnvironment(
            open: { target, application async throws(DatabaseError) in
                Meddled(try await open(target, application), meddling)
            },
            secret: secret, gateKeeper: gateKeeper, observe: observe, tell: tell, stopRequested: stopRequested,
            stateDirectory: stateDirectory, root: root, childEnvironment: childEnvironment, operatorName: operatorName,
            parallel: parallel)
    }
}

private actor Meddled: DatabaseSession {
    nonisolated let identity: DatabaseIdentity
    nonisolated let dialect: any Dialect
    nonisolated let facts: SessionFacts
    private(set) var transactionState = TransactionState.idle
    private let real: any DatabaseSession
    private let meddling: Meddling

    init(_ real: any DatabaseSession, _ meddling: Meddling) {
        (identity, dialect, facts) = (real.identity, real.dialect, real.facts)
        (self.real, self.meddling) = (real, meddling)
    }

    func execute(
        _ statement: SQLStatement, limits: ResultLimits, deadline: ContinuousClock.Instant?
    ) async throws(DatabaseError) -> StatementResult {
        switch meddling {
        case .aborts where statement.text == "COMMIT": _ = await real.failure("SELECT 1 / 0")
        case .leavesInvalidIndex where statement.text.hasPrefix("CREATE INDEX CONCURRENTLY"):
            _ = await real.failure("CREATE UNIQUE INDEX CONCURRENTLY i ON t (id)")
        default: break
        }
        do throws(DatabaseError) {
            let result = try await real.execute(statement, limits: limits, deadline: deadline)
            if case .losesAnswer = meddling, statement.text == "COMMIT" {
                await real.close()
                throw DatabaseError(kind: .connection, message: "lost")
            }
            transactionState = await real.transactionState
            return result
        } catch {
            transactionState = await real.transactionState
            throw error
        }
    }

    func executeBatch(
        _ statements: [SQLStatement], limits: ResultLimits, deadline: ContinuousClock.Instant?,
        finished: @Sendable (Int, StatementResult) -> Void
    ) async throws(BatchFailure) {
        let isStep = statements.contains { $0.text.contains("INSERT INTO t") }
        let statements = isStep ? statements.map(changed) : statements
        // What tells one transaction from another comes last.
        let last = statements.count - 1
        do throws(BatchFailure) {
            try await real.executeBatch(
                Array(statements[..<last]), limits: limits, deadline: deadline, finished: finished)
            if isStep, case .beginsAnother = meddling {
                _ = await real.failure("COMMIT")
                _ = await real.failure("BEGIN")
            }
            try await real.executeBatch([statements[last]], limits: limits, deadline: deadline) { finished(last, $1) }
            if isStep, case .ends = meddling { _ = await real.failure("COMMIT") }
            transactionState = await real.transactionState
        } catch {
            transactionState = await real.transactionState
            throw error
        }
    }

    private func changed(_ statement: SQLStatement) -> SQLStatement {
        guard case .changesSetting = meddling, let name = statement.values.firstIndex(of: "synchronous_commit") else {
            return statement
        }
        var values = statement.values
        values[name + 1] = "off"
        return SQLStatement(statement.text, values)
    }

    func parse(_ text: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError) {
        try await real.parse(text, deadline: deadline)
    }

    func catalog(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> CatalogSnapshot {
        try await real.catalog(deadline: deadline)
    }

    nonisolated func cancel() { real.cancel() }

    func close() async {
        await real.close()
        transactionState = .lost
    }
}
