import Databases
import TestSupport
import Testing

/// A change of a schema, and what a comparison with the schema before it must say.
struct Change: Sendable, CustomTestStringConvertible {
    let preparation: [String]
    let statement: String
    let differences: [String]

    init(after preparation: String..., doing statement: String, differs differences: String...) {
        self.preparation = preparation
        self.statement = statement
        self.differences = differences
    }

    var testDescription: String { statement }

    /// Makes the change in a transaction, compares, takes it back, and compares again.
    func check(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        for statement in preparation { try await session.run(statement) }
        let before = try await session.catalog(deadline: nil)
        #expect(await session.transactionState == .idle)
        _ = try await session.execute(session.dialect.beginWrite)
        try await session.run(statement)
        let after = try await session.catalog(deadline: nil)
        #expect(await session.transactionState == .open)
        let found = after.differences(since: before).map { "\($0.kind) \($0.objectKind) \($0.name)" }
        #expect(found == differences)
        try await session.run("ROLLBACK")
        #expect(try await session.catalog(deadline: nil) == before)
    }
}

struct `A catalog of SQLite` {
    private static let changes = [
        Change(
            doing: "CREATE TABLE t (a int PRIMARY KEY, b text)",
            differs: "added column t.a",
            "added column t.b",
            "added index sqlite_autoindex_t_1",
            "added table t"
        ),
        Change(
            after: "CREATE TABLE t (a int)",
            doing: "ALTER TABLE t ADD COLUMN b int DEFAULT 1",
            differs: "added column t.b"
        ),
        Change(
            after: "CREATE TABLE t (a int, b int, c int)",
            doing: "ALTER TABLE t DROP COLUMN b",
            differs: "missing column t.b",
            "rearranged column t.c"
        ),
        Change(
            after: "CREATE TABLE t (a int)",
            doing: "ALTER TABLE t RENAME COLUMN a TO b",
            differs: "missing column t.a",
            "added column t.b"
        ),
        Change(
            after: "CREATE TABLE t (a int)",
            doing: "CREATE INDEX i ON t (a) WHERE a > 0",
            differs: "added index i"
        ),
        Change(
            after: "CREATE TABLE t (a int)",
            "CREATE INDEX i ON t (a)",
            doing: "DROP INDEX i",
            differs: "missing index i"
        ),
        Change(
            after: "CREATE TABLE t (a int)",
            doing: "CREATE VIEW v AS SELECT a FROM t",
            differs: "added view v"
        ),
        Change(
            after: "CREATE TABLE t (a int)",
            doing: "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END",
            differs: "added trigger g"
        ),
        Change(
            doing: "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
            differs: "added column t.a",
            "rearranged internal tables of SQLite",
            "added table t"
        ),
        Change(doing: "PRAGMA user_version = 7", differs: "changed database main"),
        Change(
            after: "CREATE TABLE t (a int, CHECK (a > 0), CONSTRAINT k UNIQUE (a))",
            doing: "DROP TABLE t",
            differs: "missing column t.a",
            "missing constraint t.CHECK ( a > 0 )",
            "missing constraint t.k",
            "missing index sqlite_autoindex_t_1",
            "missing table t"
        ),
        Change(
            doing: "CREATE VIRTUAL TABLE v USING fts5(body)",
            differs: "added column v_config.k",
            "added column v_config.v",
            "added column v_content.c0",
            "added column v_content.id",
            "added column v_data.block",
            "added column v_data.id",
            "added column v_docsize.id",
            "added column v_docsize.sz",
            "added column v_idx.pgno",
            "added column v_idx.segid",
            "added column v_idx.term",
            "added constraint v_idx.PRIMARY KEY ( segid , term )",
            "added table v_config",
            "added table v_content",
            "added table v_data",
            "added table v_docsize",
            "added table v_idx",
            "added virtual table v"
        ),
    ]

    @Test(arguments: changes)
    func `shows what a change changed, and nothing when it is taken back`(_ change: Change) async throws {
        try await change.check(.sqlite)
    }

    @Test func `does not mind the quotation marks that a rename leaves behind`() async throws {
        let session = try await TestDatabase(.sqlite).session()
        try await session.run("CREATE TABLE t (a int, b text)", "CREATE INDEX i ON t (a)")
        let before = try await session.catalog(deadline: nil)
        try await session.run("ALTER TABLE t RENAME TO u", "ALTER TABLE u RENAME TO t")
        let differences = try await session.catalog(deadline: nil).differences(since: before)
        #expect(differences.allSatisfy { $0.kind == .rearranged })
    }
}
