import Databases
import SQLiteDriver
import TestSupport

/// A small shop's database, and the runbook that gives its orders a tenant.
struct Shop {
    var program: Program
    private let database: TestDatabase

    /// A database with two orders, in a folder with the runbook and its files.
    init(_ engine: Engine, _ runbook: String = Shop.runbook) async throws {
        let program = try Program()
        let address: String
        switch engine {
        case .sqlite:
            address = "sqlite:shop.db"
            let path = "sqlite:\(program.folder)/shop.db"
            database = TestDatabase(try SQLiteDriver.request(path, createIfMissing: true))
        case .postgres:
            database = try await TestDatabase(.postgres)
            address = database.request.string
        }
        self.program = try program.setting("DATABASE_URL", address)
            .file("shop.runbook.yaml", runbook)
            .file("migrations/001_add_tenant_id.sql", Self.migration)
            .file("rollback/001_add_tenant_id.sql", "ALTER TABLE orders DROP COLUMN tenant_id;\n")
        let session = try await database.session()
        try await session.run(
            "CREATE TABLE orders (id integer PRIMARY KEY, total integer)",
            "INSERT INTO orders VALUES (1, 10), (2, 20)"
        )
        await session.close()
    }

    /// A session with its database.
    func session() async throws -> any DatabaseSession { try await database.session() }

    /// The first value a query gives.
    func value(_ query: String) async throws -> String? {
        let session = try await database.session()
        let value = try await session.value(query)
        await session.close()
        return value
    }

    /// Whether nothing of the runbook stands in the database.
    func isUntouched() async throws -> Bool {
        let session = try await database.session()
        let hasTenant = await session.failure("SELECT tenant_id FROM orders") == nil
        await session.close()
        return !hasTenant
    }

    static let migration = """
        ALTER TABLE orders ADD COLUMN tenant_id TEXT;

        UPDATE orders SET tenant_id = :'tenant';

        """

    static let runbook = """
        runbook: 1
        name: add-tenant-id
        databases: ${DATABASE_URL}
        vars:
          tenant: { default: default, allow: [default, legacy] }
        phases:
          - id: before
            estimate: 1m
            capture: { name: orders, query: SELECT count(*) FROM orders }
            rollback: { none: reads only }
          - id: add-column
            estimate: 5m
            sql: migrations/001_add_tenant_id.sql
            checks:
              - name: every order has a tenant
                query: SELECT count(*) FROM orders WHERE tenant_id IS NULL
                expect: 0
              - { name: no order lost, expect: { same_as: orders } }
            rollback: rollback/001_add_tenant_id.sql
          - id: index
            estimate: 1m
            statement: CREATE INDEX orders_tenant ON orders (tenant_id)
            checks:
              - name: both orders are found
                query: SELECT count(*) FROM orders WHERE tenant_id = :'tenant'
                expect: 2
            rollback: { statement: DROP INDEX orders_tenant }

        """

    /// The same with a gate at the end of a phase.
    static func gated(_ phase: String, _ more: String = "") -> String {
        let gate = "\n    gate: { question: Is all well?, deciders: [lead, dba]\(more) }"
        return runbook.replacing("- id: \(phase)", with: "- id: \(phase)\(gate)")
    }

    /// The same with a step that waits until a file `go` is there.
    static let waiting = runbook.replacing(
        "  - id: index\n",
        with: """
              - id: wait
                run: touch waiting; while [ ! -e go ]; do sleep 0.05; done
                rollback: { none: it only waits }
              - id: index

            """
    )
}

extension Program {
    /// Makes one call after another and compares all that they print with a golden file.
    @discardableResult
    func talk(_ name: String, _ calls: [String]...) async throws -> [Answer] {
        var answers: [Answer] = []
        var text = ""
        for call in calls {
            let answer = try await run(call.map { $0 == "LATEST" ? try latestRun() : $0 })
            text += transcript(call, answer) + "\n"
            answers.append(answer)
        }
        try Golden.compare(text, "end-to-end/\(name).txt")
        return answers
    }

    /// The name of the only run there is.
    func latestRun() throws -> String {
        guard let run = try Files.names(in: "\(folder)/.gonogo/runs").last else { throw TestFailure("no run") }
        return run
    }

    /// Waits until a file is there.
    func awaitFile(_ name: String) async throws {
        for _ in 0..<1200 {
            if Files.exists("\(folder)/\(name)") { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TestFailure("\(name) did not come")
    }
}
