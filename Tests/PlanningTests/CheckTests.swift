import Databases
import Planning
import Runbooks
import Testing

struct `A check` {
    @Test(arguments: Engine.allCases)
    func `may ask which index is used, on every engine`(_ engine: Engine) {
        let database = engine == .sqlite ? "sqlite:demo.db" : "postgres://db.example/app"
        let text = runbook(
            database: database,
            phases: phase("query: SELECT * FROM users WHERE id = 1\nexpect: { plan: { uses_index: users_id } }"))
        let planned = plan(text)
        #expect(planned.phase("one")?.checks.first?.expectation == .usesIndex("users_id"))
        #expect(planned.findings.isEmpty)
    }

    @Test(arguments: Engine.allCases)
    func `that writes says so, whatever it expects`(_ engine: Engine) {
        let database = engine == .sqlite ? "sqlite:demo.db" : "postgres://db.example/app"
        for expect in ["0", "{ rows: 0 }", "{ error: { contains: denied } }", "{ plan: { uses_index: i } }"] {
            let check = "query: UPDATE users SET a = 1\nexpect: \(expect)"
            let refused = plan(runbook(database: database, phases: phase(check)))
            #expect(refused.lines == ["E313 check `UPDATE users SET a = 1` is UPDATE, which writes"])
            let allowed = plan(runbook(database: database, phases: phase(check + "\ntransaction: rollback")))
            #expect(allowed.phase("one")?.checks.first?.mayWrite == true)
        }
    }

    @Test func `that only reads may expect an error`() {
        let planned = plan(
            runbook(
                phases: phase("query: SELECT * FROM secrets\nas: reader\nexpect: { error: { sqlstate: \"42501\" } }")))
        #expect(planned.findings.isEmpty)
    }

    @Test func `needs no database when it runs a program`() {
        let planned = plan(
            runbook(
                database: "{ a: \"sqlite:a.db\", b: \"sqlite:b.db\" }",
                phases: """
                    - id: one
                      target: a
                      checks:
                        - { run: "true", expect: { exit: 0 } }
                        - { query: SELECT 1, expect: 1, target: b }
                      rollback: { none: reads only }
                    """))
        #expect(planned.phase("one")?.checks.map(\.target) == [nil, "b"])
    }

    @Test func `is numbered among its like when it has no id`() {
        let planned = plan(
            runbook(
                phases: """
                    - id: one
                      preconditions:
                        - { query: SELECT 1, expect: 1 }
                      checks:
                        - { query: SELECT 1, expect: 1 }
                        - { query: SELECT 2, expect: 2, id: two }
                        - { query: SELECT 3, expect: 3 }
                      rollback:
                        statement: SELECT 1
                        checks:
                          - { query: SELECT 1, expect: 1 }
                          - { query: SELECT 1, expect: 1, id: two }
                    """))
        let one = planned.phase("one")
        #expect(one?.preconditions.map(\.id) == ["one/precondition-1"])
        #expect(one?.checks.map(\.id) == ["one/check-1", "one/two", "one/check-3"])
        guard case .steps(_, let checks, _, _)? = one?.rollback else {
            Issue.record("no rollback")
            return
        }
        #expect(checks.map(\.id) == ["one/rollback/check-1", "one/rollback/two"])
    }

    @Test func `is called what it asks when it has no name`() {
        let long = "SELECT a,   b, c FROM a_table_with_a_long_name WHERE another_column_of_it = 1"
        let planned = plan(runbook(phases: phase("query: |\n  \(long)\nexpect: 1")))
        #expect(
            planned.phase("one")?.checks.first?.name == "SELECT a, b, c FROM a_table_with_a_long_name WHERE anothe...")
    }
}
