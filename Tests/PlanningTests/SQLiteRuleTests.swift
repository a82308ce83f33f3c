import Databases
@testable import Planning
import TestSupport
import Testing

/// What is said of SQLite, held against the library.
struct `What is found in statements for SQLite` {
    /// Makes tables with a row each, and runs what is given; nil when SQLite takes all of it.
    private func refusal(of statements: [String], after preparation: [String]) async throws -> String? {
        let session = try await TestDatabase(.sqlite).session()
        for text in preparation { _ = try await session.execute(SQLStatement(text)) }
        var refusal: String?
        do throws(DatabaseError) {
            for text in statements { _ = try await session.execute(SQLStatement(text)) }
        } catch {
            refusal = error.message
        }
        await session.close()
        return refusal
    }

    /// The codes that a review finds in statements of a plan.
    private func codes(_ statements: [String]) -> Set<String> {
        let steps = statements.map { "- statement: \"\($0)\"" }.joined(separator: "\n    ")
        let text = runbook(
            database: "sqlite:app.db",
            phases: "- id: one\n  steps:\n    \(steps)\n  rollback: { irreversible: a test }")
        return Set(plan(text).plan?.review.findings.map(\.code) ?? [])
    }

    private static let table = ["CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (1, 'x')"]

    @Test(arguments: [
        "code TEXT UNIQUE", "code INTEGER PRIMARY KEY", "code TEXT NOT NULL", "code TEXT DEFAULT CURRENT_TIMESTAMP",
        "code REAL DEFAULT (1.0 / 2)", "code INTEGER GENERATED ALWAYS AS (id + 1) STORED", "code TEXT",
        "code TEXT NOT NULL DEFAULT 'unique'", "code INTEGER DEFAULT (1)", "code INTEGER DEFAULT -1",
        "code TEXT CHECK (code <> 'PRIMARY')", "code INTEGER GENERATED ALWAYS AS (id + 1) VIRTUAL",
    ])
    func `of columns that are added is what SQLite refuses`(column: String) async throws {
        let statement = "ALTER TABLE t ADD COLUMN \(column)"
        let refusal = try await refusal(of: [statement], after: Self.table)
        #expect(codes([statement]).contains("W691") == (refusal != nil), "\(refusal ?? "taken")")
    }

    @Test(arguments: [
        "CREATE TABLE k (id TEXT PRIMARY KEY)", "CREATE TABLE k (id TEXT, PRIMARY KEY (id))",
        "CREATE TABLE k (id INT PRIMARY KEY)", "CREATE TABLE k (id INTEGER PRIMARY KEY)",
        "CREATE TABLE k (id INTEGER, PRIMARY KEY (id))", "CREATE TABLE k (id TEXT NOT NULL PRIMARY KEY)",
        "CREATE TABLE k (id TEXT PRIMARY KEY) STRICT", "CREATE TABLE k (id TEXT PRIMARY KEY) WITHOUT ROWID",
    ])
    func `of keys is whether they take NULL`(table: String) async throws {
        let insert = ["INSERT INTO k (id) VALUES (NULL)", "INSERT INTO k (id) VALUES (NULL)", "SELECT 1"]
        let isNumber = table.contains("INTEGER")
        let refusal = try await refusal(of: insert, after: [table])
        #expect(codes([table]).contains("W698") == (refusal == nil && !isNumber), "\(refusal ?? "taken")")
    }

    @Test func `of a view in the way is that SQLite refuses the rename`() async throws {
        let view = "CREATE VIEW v AS SELECT a FROM t"
        let rebuild = [
            "CREATE TABLE t_new (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t_new (id, a) SELECT id, a FROM t",
            "DROP TABLE t", "ALTER TABLE t_new RENAME TO t",
        ]
        #expect(try await refusal(of: rebuild, after: Self.table + [view])?.contains("view v") == true)
        #expect(codes(Self.table + [view] + rebuild).contains("W693"))
        let without = Self.table + [view] + ["DROP VIEW v"] + rebuild + [view]
        #expect(try await refusal(of: without, after: []) == nil)
        #expect(!codes(without).contains("W693"))
    }

    @Test func `of a table that is renamed away is where foreign keys lead then`() async throws {
        let child = "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id))"
        let rebuild = [
            "ALTER TABLE t RENAME TO t_old", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
            "INSERT INTO t (id, a) SELECT id, a FROM t_old", "DROP TABLE t_old",
        ]
        #expect(codes(rebuild).contains("W694"))
        let orphan = ["PRAGMA foreign_keys = ON", "INSERT INTO c (id, t) VALUES (1, 1)"]
        let refusal = try await refusal(of: rebuild + orphan, after: Self.table + [child])
        #expect(refusal?.contains("t_old") == true, "\(refusal ?? "taken")")
    }

    /// Only the library can tell it, and a plan is reviewed again where none is at hand.
    @Test func `stays in a plan that is reviewed again`() throws {
        let text = runbook(
            database: "sqlite:app.db",
            phases: """
                - id: one
                  steps:
                    - statement: CREATE TABLE t (id INTEGER PRIMARY KEY)
                    - statement: SELECT nowhere FROM t
                  accept: { W695: a test }
                  rollback: { irreversible: a test }
                """)
        let first = try #require(plan(text).plan)
        let found = first.review.findings.filter { $0.code == "W695" }
        #expect(found.map(\.message) == ["SQLite refuses this SELECT: no such column: nowhere"])
        #expect(found.map(\.accepted) == ["a test"])
        #expect(first.reviewed() == first)
    }
}
