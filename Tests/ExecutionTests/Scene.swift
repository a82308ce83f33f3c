import CanonicalJSON
import Databases
import Diagnostics
@testable import Execution
import Glibc
import Planning
import PostgresDriver
import Runbooks
import SQLiteDriver
import Synchronization
import TestSupport

/// A fresh database, a fresh state directory, and runbooks run on them with people who answer by script.
final class Scene: Sendable {
    let engine: Engine
    let database: TestDatabase
    /// Other databases a runbook may name.
    let others: [String: TestDatabase]
    let state: String
    let people = ScriptedPeople()
    let secrets = Guarded<[String: String]>([:])
    private let stop = Guarded<String?>(nil)
    private let isStopped = Atomic(false)
    /// What a person was told besides the journal.
    let told = Guarded<[String]>([])
    /// The variables every command gets.
    let childEnvironment = ["PATH": "/usr/bin:/bin"]
    private let lines = Guarded<[JournalLine]>([])
    private let deeds = Guarded<[String: @Sendable () -> Void]>([:])

    /// Another state directory for a database that is there.
    init(_ engine: Engine, _ database: TestDatabase) throws {
        self.engine = engine
        self.database = database
        others = [:]
        state = try temporaryDirectory() + "/state"
    }

    init(_ engine: Engine, others: [String] = [], state: String? = nil) async throws {
        self.engine = engine
        database = try await TestDatabase(engine)
        // The file is there before the first run, as production databases are.
        try await database.session().close()
        var more: [String: TestDatabase] = [:]
        for name in others { more[name] = try await TestDatabase(engine) }
        self.others = more
        self.state = try state ?? temporaryDirectory() + "/state"
    }

    /// Decodes and plans a runbook from `phases:` on; what comes before is the same for all.
    func plan(_ text: String, _ files: [String: String] = [:], name: String = "test") throws -> Plan {
        let databases =
            others.isEmpty
            ? "databases: \"\(database.request.string)\"\n"
            : "databases:\n"
                + ([("main", database)] + others.map { ($0.key, $0.value) })
                .map { "  \($0.0): \"\($0.1.request.string)\"\n" }.joined() + "target: main\n"
        let source = SourceText(name: "test.runbook.yaml", text: "runbook: 1\nname: \(name)\n\(databases)\(text)")
        var findings = Findings()
        guard let runbook = RunbookDecoder.decode(source, environment: [:], findings: &findings) else {
            throw NoPlan(findings.all)
        }
        let (requests, main) = (requests, database.request)
        let request = Planner.Request(
            runbook: runbook,
            path: "test.runbook.yaml",
            values: [:],
            environment: [:],
            files: ScriptFiles(files),
            address: { .success(requests[$0.name.value] ?? main) }
        )
        let (plan, planned, _, _) = Planner.plan(request)
        guard let plan else { throw NoPlan(planned) }
        return plan
    }

    private var requests: [String: ConnectionRequest] {
        others.mapValues(\.request).merging(["main": database.request]) { $1 }
    }

    /// What a run of it needs.
    var environment: RunEnvironment { environment() }

    private func environment(pastWindow: Bool = false) -> RunEnvironment {
        let (requests, main) = (requests, database.request)
        return RunEnvironment(
            open: { target, application async throws(DatabaseError) in
                let request = requests[target.name] ?? main
                let driver: any DatabaseDriver =
                    switch request.engine {
                    case .postgres: PostgresDriver()
                    case .sqlite: SQLiteDriver()
                    }
                return try await driver.open(request, application: application, deadline: .now + .seconds(20))
            },
            secret: { [self] reference throws(SecretUnavailable) in
                guard case .environment(let name) = reference, let secret = secrets.withLock({ $0[name] }) else {
                    throw SecretUnavailable(message: "no such secret")
                }
                return secret
            },
            gateKeeper: people,
            observe: { [self] line in
                lines.withLock { $0.append(line) }
                if case .stepApplied(let mark, _, _) = line.event { deeds.withLock { $0[mark.step] }?() }
                guard case .stepApplied(let mark, _, _) = line.event, mark.step == stop.withLock({ $0 }) else { return }
                isStopped.store(true, ordering: .relaxed)
            },
            tell: { [self] words in told.withLock { $0.append(words) } },
            stopRequested: { [self] in isStopped.load(ordering: .relaxed) },
            stateDirectory: state,
            root: "/tmp",
            childEnvironment: childEnvironment,
            operatorName: "tester@here",
            parallel: 4,
            goesPastWindow: pastWindow
        )
    }

    /// Plans and runs it.
    func run(_ text: String, _ files: [String: String] = [:]) async throws -> RunResult {
        try await Runner(environment).run(try plan(text, files))
    }

    /// Why it does not begin.
    func refusal(_ plan: Plan) async -> RunRefusal? {
        do throws(RunRefusal) {
            _ = try await Runner(environment).run(plan)
            return nil
        } catch {
            return error
        }
    }

    /// Goes on with a run; no signal comes this time.
    func resume(_ run: String, pastWindow: Bool = false) async throws -> RunResult {
        goesOn()
        return try await Runner(environment(pastWindow: pastWindow)).resume(try directory(run))
    }

    /// Why a run does not go on.
    func refusalToResume(_ run: String) async throws -> RunRefusal? {
        let directory = try directory(run)
        do throws(RunRefusal) {
            _ = try await Runner(environment).resume(directory)
            return nil
        } catch {
            return error
        }
    }

    /// Takes a run back.
    func rollback(_ run: String, to phase: String? = nil) async throws -> RunResult {
        try await Runner(environment).rollback(try directory(run), to: phase)
    }

    /// Takes a run back with whatever was written since, where its journal does not tell what that is.
    func rollbackWithLoss(_ run: String) async throws -> RunResult {
        let directory = try directory(run)
        var token: String?
        while true {
            do throws(RunRefusal) {
                let result = try await Runner(environment).rollback(directory, to: nil, accepting: token)
                guard result.state.lossToken != nil else { return result }
                token = result.state.lossToken
            } catch {
                guard case .losesData(_, _, let needed, _, _) = error, needed != token else { throw error }
                token = needed
            }
        }
    }

    /// The folder of a run.
    func directory(_ run: String) throws -> RunDirectory {
        guard let found = try RunDirectory.all(state: state).first(where: { $0.run == run }) else { throw NoRun() }
        return found
    }

    /// Makes a run that ended look as if it had been killed just before, or just after, the first line of its journal
    /// with all of these parts.
    func kill(_ run: String, _ moment: Moment, _ parts: String...) async throws {
        let path = try directory(run).journalPath
        let lines = try Files.read(path).split(separator: "\n")
        guard let place = lines.firstIndex(where: { line in parts.allSatisfy(line.contains) }) else { throw NoLine() }
        let end = moment == .before ? place : place + 1
        try Files.write(lines[..<end].joined(separator: "\n") + "\n", to: path)
        try await prepare("UPDATE \(ledgerPrefix)run SET status = 'running', finished_at = NULL")
    }

    /// On which side of a line.
    enum Moment { case before, after }

    /// What the names of the ledger's tables begin with.
    var ledgerPrefix: String { engine == .postgres ? "gonogo." : "gonogo_" }

    /// What was heard so far.
    var journal: [JournalLine] { lines.withLock { $0 } }
    /// The events of it.
    var events: [Event] { journal.map(\.event) }
    /// All text that was heard.
    var transcript: String { events.map { JSON.object($0.json).canonicalText }.joined(separator: "\n") }
    /// The first failure of a step.
    var failure: FailureCause? {
        for case .stepFailed(_, let cause, _) in events { return cause }
        return nil
    }
    /// The checks that answered.
    var checks: [CheckRecord] {
        events.compactMap { if case .checked(let record) = $0 { record } else { nil } }
    }
    /// What rollbacks left.
    var residue: [Residue] {
        events.flatMap { if case .rolledBack(_, let back) = $0 { back.residue } else { [Residue]() } }
    }

    /// A signal will come when that step is applied.
    func stopsAfter(_ step: String) { stop.withLock { $0 = step } }

    /// Does something when that step is applied.
    func afterStep(_ step: String, _ deed: @escaping @Sendable () -> Void) { deeds.withLock { $0[step] = deed } }

    /// A signal comes.
    func stopsNow() { isStopped.store(true, ordering: .relaxed) }

    /// No signal comes any more.
    func goesOn() {
        isStopped.store(false, ordering: .relaxed)
        stop.withLock { $0 = nil }
    }

    /// Waits until a step has begun.
    func wait(for step: String) async throws {
        for _ in 0..<1000 {
            for case .stepStarted(let mark) in events where mark.step == step { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Asks the database beside every run.
    func value(_ query: String) async throws -> String? {
        let session = try await database.session()
        let value = try await session.value(query)
        await session.close()
        return value
    }

    /// Ends the backend that waits in a statement, as an administrator would.
    func terminate(running statement: String) async throws {
        let session = try await database.session()
        for _ in 0..<500 {
            let ended = try await session.value(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE query = $1 AND state = 'active' AND wait_event_type IN ('Lock', 'Timeout') AND datname = current_database()
                """,
                [statement]
            )
            if ended == "1" { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        await session.close()
    }

    /// Prepares the database beside every run.
    func prepare(_ statements: String...) async throws {
        let session = try await database.session()
        for statement in statements { _ = try await session.execute(SQLStatement(statement)) }
        await session.close()
    }

    /// Whether a table is there.
    func has(_ table: String) async throws -> Bool {
        let query =
            switch engine {
            case .postgres: "SELECT to_regclass('public.\(table)') IS NOT NULL"
            case .sqlite:
                "SELECT CASE count(*) WHEN 0 THEN 'false' ELSE 'true' END FROM sqlite_master WHERE name = '\(table)'"
            }
        return try await value(query) == "true"
    }

    /// The names of the markers in the ledger, with their direction.
    func markers() async throws -> [String] {
        let session = try await database.session()
        let rows = try await session.execute(
            SQLStatement("SELECT direction, step_id FROM \(session.dialect.ledgerPrefix)ledger ORDER BY at, step_id")
        ).rows
        await session.close()
        return rows.map { $0.compactMap(\.text).joined(separator: " ") }
    }
}

/// There is no run of that name.
struct NoRun: Error {}

/// No line of the journal is like that.
struct NoLine: Error {}

/// Findings stood in the way of a plan.
struct NoPlan: Error, CustomStringConvertible {
    let description: String

    init(_ findings: [Diagnostic]) { description = findings.map { $0.rendered() }.joined(separator: "\n") }
}

/// Files that are only in memory.
private struct ScriptFiles: FileSource {
    private let files: [String: String]

    init(_ files: [String: String]) { self.files = files }

    func read(_ path: String) -> Result<[UInt8], FileProblem> {
        files[path].map { .success(Array($0.utf8)) } ?? .failure(.missing(near: []))
    }
}

/// People who answer by script: go unless told otherwise.
final class ScriptedPeople: GateKeeper {
    let decisions = Guarded<[String: GateDecision]>([:])
    let choice = Guarded<FailureChoice?>(nil)
    private let questions = Guarded<[String]>([])

    /// Who was asked what, in order.
    var asked: [String] { questions.withLock { $0 } }

    /// Phases whose gate nobody answers until the question is withdrawn.
    let silent = Guarded<Set<String>>([])

    func decide(
        _ asking: GateQuestion, unless isMoot: @escaping @Sendable () -> Bool,
        said: @Sendable (GateDecision) async throws(FileFailure) -> Void
    ) async throws(FileFailure) -> GateDecision? {
        let phase = asking.phase
        deciders.withLock { $0.append(asking.deciders) }
        questions.withLock { $0.append(phase) }
        timeouts.withLock { $0.append(asking.gate.timeout) }
        whenAsked.withLock { $0 }?()
        if silent.withLock({ $0.contains(phase) }) {
            while !isMoot() { try? await Task.sleep(for: .milliseconds(10)) }
            return nil
        }
        for decider in asking.deciders where going.withLock({ $0.contains(decider) }) {
            try await said(GateDecision(go: true, by: decider))
        }
        return decisions.withLock { $0[phase] } ?? GateDecision(go: true, by: "lead")
    }
    /// Deciders who say go before the others are asked.
    let going = Guarded<Set<String>>([])
    /// Happens as somebody is asked.
    let whenAsked = Guarded<(@Sendable () -> Void)?>(nil)
    /// How long each question could be answered, in milliseconds.
    let timeouts = Guarded<[Int?]>([])
    /// The deciders of each question, as it was asked.
    let deciders = Guarded<[[String]]>([])

    func choose(afterFailureOf phase: String, cause: FailureCause) async -> FailureChoice? {
        questions.withLock { $0.append("failure of \(phase)") }
        return choice.withLock { $0 }
    }
}
