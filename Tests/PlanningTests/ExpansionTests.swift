@testable import Planning
import Runbooks
import Testing

struct `A reference in a text` {
    static let head = "vars:\n  tenant: { default: acme }\n  limit: { default: 5 }\n  strict: { default: true }\n"

    @Test func `gives titles, questions and reasons the value of its variable`() throws {
        let text =
            "title: for ${vars.tenant}\nowner: team ${vars.tenant}\n" + Self.head
                + """
                phases:
                  - id: load
                    title: load ${vars.tenant}
                    description: all of ${vars.tenant}
                    steps:
                      - { name: "step of ${vars.tenant}", statement: "SELECT :'limit', :'strict'" }
                    gate: { question: "is ${vars.tenant} loaded?", deciders: [dba] }
                    rollback: { none: "${vars.tenant} is new" }

                """
        let plan = try #require(plan("runbook: 1\nname: demo\ndatabases: postgres://db.example/app\n" + text).plan)
        let load = try #require(plan.phase("load"))
        #expect(plan.title == "for acme" && plan.owner == "team acme")
        #expect(load.title == "load acme" && load.description == "all of acme")
        #expect(load.steps.first?.title == "step of acme")
        #expect(load.gate?.question == "is acme loaded?")
        #expect(load.rollback == .nothing(reason: "acme is new"))
    }

    @Test func `is not what was escaped, nor what a variable of the environment holds`() throws {
        let text =
            "title: \"$${vars.tenant} ${WHO} $$5\"\nvars: { tenant: { default: \"$${vars.x}\" } }\n"
                + """
                phases:
                  - id: load
                    title: "${vars.tenant} $${vars.tenant}"
                    run: [echo, "$${vars.tenant}"]
                    rollback: { none: "$${vars.tenant}" }

                """
        let plan = try #require(
            plan(
                "runbook: 1\nname: demo\ndatabases: postgres://db.example/app\n" + text,
                environment: ["WHO": "${vars.tenant}"]
            ).plan)
        let load = try #require(plan.phase("load"))
        #expect(plan.title == "${vars.tenant} ${vars.tenant} $5")
        #expect(load.title == "${vars.x} ${vars.tenant}")
        guard case .run(let command) = try #require(load.steps.first).action else { return #expect(Bool(false)) }
        #expect(command.arguments == ["echo", "${vars.tenant}"])
        #expect(load.rollback == .nothing(reason: "${vars.tenant}"))
    }

    @Test func `gives settings, roles, paths and programs its value, the nearest setting last`() throws {
        let text = runbook(
            "session: { app.tenant: \"${vars.tenant}\", lock_timeout: 1s }\n" + Self.head,
            phases: """
                - id: load
                  session: { lock_timeout: "${vars.limit}s" }
                  steps:
                    - { sql: "${vars.tenant}/load.sql", as: "${vars.tenant}_owner", session: { app.mode: "x-${vars.strict}" } }
                    - { run: [load, "--tenant=${vars.tenant}"], env: { TENANT: "${vars.tenant}", KEY: { file: "/run/${vars.tenant}" } } }
                  rollback: { none: reads only }
                """)
        let planned = plan(text, files: ["acme/load.sql": "SELECT 1;"])
        let load = try #require(planned.phase("load"))
        guard case .apply(let script) = load.steps[0].action, case .run(let command) = load.steps[1].action else {
            Issue.record("not a script and a program")
            return
        }
        #expect(script.file == "acme/load.sql" && script.role == "acme_owner")
        #expect(
            script.settings.map { "\($0.name)=\($0.value)" } == [
                "app.tenant=acme", "lock_timeout=5s", "app.mode=x-true",
            ])
        #expect(command.arguments == ["load", "--tenant=acme"])
        #expect(command.environment.map(\.value) == [.text("acme"), .secret(.file("/run/acme"))])
        #expect(planned.findings.isEmpty)
    }

    @Test func `alone in an expectation has the type of its variable`() throws {
        let planned = plan(
            runbook(
                Self.head,
                phases: """
                    - id: ask
                      checks:
                        - { query: SELECT 1, expect: "${vars.limit}" }
                        - { query: SELECT 2, expect: { set: ["${vars.strict}", "${vars.tenant}", "n${vars.limit}"] } }
                        - { query: SELECT 3, expect: { contains: "of ${vars.tenant}" } }
                        - { query: SELECT 4, expect: { row: { a: "${vars.limit}" } } }
                      rollback: { none: reads only }
                    """))
        let checks = try #require(planned.phase("ask")?.checks)
        #expect(checks[0].expectation == .value(.integer(5)))
        #expect(checks[1].expectation == .set([.boolean(true), .text("acme"), .text("n5")]))
        #expect(checks[2].expectation == .contains("of acme"))
        #expect(checks[3].expectation == .row([.init(column: "a", value: .integer(5))]))
    }

    @Test func `gives the name of a check the values of its round`() throws {
        let planned = plan(
            runbook(
                Self.head,
                phases: """
                    - id: ask
                      checks:
                        - id: empty
                          name: ${each.table} of ${vars.tenant} in ${each.year}
                          for_each: { table: [users, orders], year: [2024, 2025] }
                          query: SELECT count(*) FROM :"table" WHERE year = :'year' AND n < :'limit' AND :'strict'
                          expect: 0
                      rollback: { none: reads only }
                    """))
        let checks = try #require(planned.phase("ask")?.checks)
        #expect(
            checks.map(\.name) == [
                "users of acme in 2024", "users of acme in 2025", "orders of acme in 2024", "orders of acme in 2025",
            ])
        #expect(
            checks.map(\.id) == [
                "ask/empty-users-2024", "ask/empty-users-2025", "ask/empty-orders-2024", "ask/empty-orders-2025",
            ])
        #expect(checks[3].each.map { "\($0.name)=\($0.value)" } == ["table=orders", "year=2025"])
        #expect(planned.findings.isEmpty)
    }

    @Test func `is not looked for in a value that was put in`() throws {
        let text = runbook(
            "vars:\n  a: { type: string }\n  b: { default: deep }\n",
            phases: phase("name: says ${vars.a}\nquery: SELECT :'b'\nexpect: deep"))
        let planned = plan(text, values: ["a": "${vars.b}"])
        #expect(planned.phase("one")?.checks.first?.name == "says ${vars.b}")
    }

    @Test(arguments: ["$ {vars.a}", "a $ b", "costs $5", "$vars.a", "$(vars.a)"])
    func `that is none stays as it is`(_ text: String) {
        let planned = plan(runbook(phases: phase("name: '\(text)'\nquery: SELECT 1\nexpect: 1")))
        #expect(planned.phase("one")?.checks.first?.name == text)
    }
}
