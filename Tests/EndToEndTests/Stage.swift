import Databases
import TestSupport

/// A copy of this repository's runbooks and their SQL, and a database of its own that is ready for one of them.
struct Stage {
    let program: Program
    private let runbook: ShippedRunbook
    private let database: String

    /// Makes one, whose database is a copy of one that was made once, and clears it away afterwards.
    static func use<Value>(
        for runbook: ShippedRunbook,
        _ work: (Stage) async throws -> Value
    ) async throws -> Value {
        let stage = try await Stage(runbook, copying: Templates.shared.template(for: runbook))
        let value = try await work(stage)
        if runbook.engine == .postgres {
            let session = try await Templates.shared.server().session()
            try await session.run("DROP DATABASE \(stage.database) WITH (FORCE)")
            await session.close()
        }
        return value
    }

    /// One on an empty database, or on a copy of another's.
    init(_ runbook: ShippedRunbook, copying template: Stage?) async throws {
        self.runbook = runbook
        let program = try Program()
        let folders = ["runbooks", "migrations", "rollback"].map { "\(Files.package)/\($0)" }
        guard try await program.tool(["cp", "-r"] + folders + ["."]).status == 0 else { throw TestFailure("no copy") }
        switch runbook.engine {
        case .postgres:
            let server = try await Templates.shared.server()
            database = try await server.database(copying: template?.database)
            self.program = program.setting("DATABASE_URL", server.request(database).string)
        case .sqlite:
            database = "graph.db"
            self.program = program.setting("GRAPH_DB", "graph.db")
            let make =
                template.map { ["cp", "\($0.program.folder)/graph.db", "."] } ?? ["sqlite3", "graph.db", "VACUUM"]
            guard try await program.tool(make).status == 0 else { throw TestFailure("no database") }
        }
    }

    /// The text of the runbook, as it is now.
    var text: RunbookText { get throws { RunbookText(try Files.read("\(program.folder)/\(runbook.path)")) } }

    /// Puts another text in place of a file.
    func replace(_ path: String, _ text: String) throws { try Files.write(text, to: "\(program.folder)/\(path)") }

    /// Runs it; every gate says go but that of one phase.
    func run(_ gates: [String], noGo: String? = nil) async throws -> Answer {
        let answers = gates.flatMap { ["--gate", "\($0)=\($0 == noGo ? "no-go" : "go")"] }
        return try await program.run(["run", runbook.path, "--yes"] + runbook.arguments + answers)
    }

    /// Takes the latest run back.
    func rollBack() async throws -> Answer { try await program.run("rollback", try program.latestRun(), "--yes") }

    /// Everything in the database but what is gonogo's own: lines in order of the alphabet.
    func dump() async throws -> [Substring] {
        let answer: Answer
        switch runbook.engine {
        case .postgres:
            let request = try await Templates.shared.server().request(database)
            answer = try await program.tool(["pg_dump", "--exclude-schema=gonogo", "--dbname=\(request.string)"])
        case .sqlite:
            let script = """
                cp graph.db dumped.db
                sqlite3 dumped.db "DROP TABLE IF EXISTS gonogo_ledger; DROP TABLE IF EXISTS gonogo_run;"
                sqlite3 dumped.db "SELECT 'left: ' || name FROM sqlite_schema WHERE name LIKE 'gonogo%'" .dump
                """
            answer = try await program.tool(["sh", "-euc", script])
        }
        guard answer.status == 0 else { throw TestFailure("no dump: \(answer.errors)") }
        return answer.output.split(separator: "\n").filter { !$0.contains("restrict ") }.sorted()
    }
}

/// Databases to copy, each made once.
actor Templates {
    static let shared = Templates()

    private var started: Task<PostgresServer, any Error>?
    private var made: [String: Task<Stage, any Error>] = [:]
    private var last: Task<Stage, any Error>?

    /// A server for the many databases of these tests, which need not survive a loss of power.
    func server() async throws -> PostgresServer {
        let task =
            started
            ?? Task {
                let server = try PostgresServer.another()
                let session = try await server.session()
                try await session.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
                await session.close()
                return server
            }
        started = task
        return try await task.value
    }

    func template(for runbook: ShippedRunbook) async throws -> Stage {
        let task = made[runbook.name] ?? start(runbook)
        made[runbook.name] = task
        return try await task.value
    }

    /// One after the other: all of them make roles, which belong to the whole server.
    private func start(_ runbook: ShippedRunbook) -> Task<Stage, any Error> {
        let before = last
        let task = Task {
            _ = try? await before?.value
            let stage = try await Stage(runbook, copying: nil)
            for call in runbook.base {
                let answer = try await stage.program.run(call)
                guard answer.status == 0 else { throw TestFailure("\(call): \(answer.errors)") }
            }
            return stage
        }
        last = task
        return task
    }
}

/// Runs a case for each item, a few at a time.
func eachInTurn<Item: Sendable>(
    _ items: [Item],
    atOnce width: Int = 4,
    _ work: @escaping @Sendable (Item) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, item) in items.enumerated() {
            if index >= width { try await group.next() }
            group.addTask { try await work(item) }
        }
        try await group.waitForAll()
    }
}
