import Planning
import Runbooks
import Testing

struct `A check that compares with a capture` {
    static func planned(_ check: String, capture: String = "SELECT count(*) FROM users", head: String = "") -> Planned {
        plan(
            runbook(
                head,
                database:
                    "{ main: \"postgres://db.example/app\", other: \"postgres://db.example/other\", lite: \"sqlite:l.db\" }",
                phases: """
                    - id: before
                      session: { app.tenant: acme }
                      steps:
                        - capture: { name: counts, query: \(capture) }
                      rollback: { none: reads only }
                    - id: after
                      session: { app.tenant: globex }
                      checks:
                        - { \(check) }
                      rollback: { none: reads only }
                    """))
    }

    static func query(_ planned: Planned) throws -> PlannedQuery {
        let check = try #require(planned.phase("after")?.checks.first, "\(planned.rendered)")
        guard case .query(let query) = check.subject else { throw NoQuery() }
        return query
    }

    struct NoQuery: Error {}

    @Test func `asks the capture's query as the capture did`() throws {
        let planned = Self.planned("expect: { same_as: counts }")
        let query = try Self.query(planned)
        #expect(query.statement.text == "SELECT count(*) FROM users")
        #expect(query.role == nil && query.settings == [PlannedSetting(name: "app.tenant", value: "acme")])
        let check = planned.phase("after")?.checks.first
        #expect(check?.target == "main" && check?.name == "as captured" && check?.expectation == .sameAs("counts"))
    }

    @Test func `asks it under its own role and its own settings`() throws {
        let own = try Self.query(Self.planned("as: reader, session: { app.mode: x }, expect: { same_as: counts }"))
        #expect(own.role == "reader")
        #expect(own.settings.map { "\($0.name)=\($0.value)" } == ["app.tenant=globex", "app.mode=x"])
        let role = try Self.query(Self.planned("as: reader, expect: { same_as: counts }"))
        #expect(role.role == "reader" && role.settings.map(\.value) == ["acme"])
    }

    @Test func `asks it in its own database, by the rules of that engine`() throws {
        let other = Self.planned("target: other, expect: { same_as: counts }")
        #expect(other.phase("after")?.checks.first?.target == "other")
        let lite = Self.planned(
            "target: lite, expect: { same_as: counts }", capture: "\"SELECT [from] FROM users\"")
        #expect(lite.lines.contains { $0.hasPrefix("E210") })
        let moved = plan(
            runbook(
                database: "{ main: \"postgres://db.example/app\", lite: \"sqlite:l.db\" }",
                phases: """
                    - id: before
                      steps: [{ capture: { name: counts, query: SELECT 1 } }]
                      rollback: { none: reads only }
                    - id: after
                      checks: [{ target: lite, expect: { same_as: counts } }]
                      rollback: { none: reads only }
                    """))
        #expect(moved.phase("after")?.checks.first?.target == "lite" && moved.findings.isEmpty)
    }

    @Test func `may have a query of its own`() throws {
        let query = try Self.query(Self.planned("query: SELECT 7, expect: { same_as: counts }"))
        #expect(query.statement.text == "SELECT 7")
    }

    @Test func `may stand wherever the capture is surely made before`() {
        let planned = plan(
            runbook(
                phases: """
                    - id: a
                      steps:
                        - capture: { name: one, query: SELECT 1 }
                        - statement: UPDATE t SET a = 1
                          done_when: { query: SELECT 1, expect: { same_as: one } }
                      checks: [{ expect: { same_as: one } }]
                      rollback:
                        statement: UPDATE t SET a = 0
                        checks: [{ expect: { same_as: one } }]
                    - id: b
                      steps: [{ statement: UPDATE t SET a = 2 }]
                      rollback: { none: reads only }
                    - id: c
                      if: { query: SELECT 1, expect: { same_as: one } }
                      preconditions: [{ expect: { same_as: one } }]
                      steps: [{ statement: UPDATE t SET a = 2 }]
                      rollback: { none: reads only }
                    """))
        #expect(planned.findings.isEmpty, "\(planned.rendered)")
        #expect(planned.phase("a")?.steps.last?.doneWhen?.id == "a/2/done-when")
        #expect(planned.phase("c")?.condition?.id == "c/if")
    }

    @Test func `may compare with a capture of a phase written below, when it waits for it`() {
        let planned = plan(
            runbook(
                phases: """
                    - id: after
                      needs: [between]
                      checks: [{ expect: { same_as: one } }, { expect: { same_as: one } }]
                      rollback: { none: reads only }
                    - id: between
                      needs: [before]
                      steps: [{ statement: SELECT 1 }]
                      rollback: { none: reads only }
                    - id: before
                      needs: []
                      steps: [{ capture: { name: one, query: SELECT 1 } }]
                      rollback: { none: reads only }
                    """))
        #expect(planned.plan?.phases.map(\.id) == ["before", "between", "after"])
        #expect(planned.findings.isEmpty)
    }

    @Test func `is compared with nothing where its own phase takes no part`() {
        let planned = plan(
            runbook(
                "vars: { count: { default: false } }\n",
                phases: """
                    - id: before
                      if: { var: count }
                      steps: [{ capture: { name: one, query: SELECT 1 } }]
                      rollback: { none: reads only }
                    - id: after
                      if: { var: count }
                      checks: [{ expect: { same_as: one } }]
                      rollback: { none: reads only }
                    """))
        #expect(planned.findings.isEmpty)
        #expect(planned.phase("after")?.skipped == "count is false, not true")
    }
}
