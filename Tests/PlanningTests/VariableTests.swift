import Planning
import Runbooks
import Testing

struct `A variable` {
    static func value(
        _ definition: String, given: String? = nil, environment: [String: String] = [:]
    ) -> (value: PlannedVariable.Value?, lines: [String]) {
        let text = runbook("vars: { x: \(definition) }\n", phases: phase("query: SELECT :'x'\nexpect: 1"))
        let planned = plan(text, values: given.map { ["x": $0] } ?? [:], environment: environment)
        return (planned.plan?.variables.first?.value, planned.lines)
    }

    @Test func `takes the value given, else the environment's, else its default`() {
        let environment = ["X": "outer"]
        #expect(Self.value("{ default: a, env: X }", given: "b", environment: environment).value == .text("b"))
        #expect(Self.value("{ default: a, env: X }", environment: environment).value == .text("outer"))
        #expect(Self.value("{ default: a, env: X }").value == .text("a"))
        #expect(Self.value("{ env: X }").lines == ["E304 variable `x` has no value"])
    }

    @Test(arguments: ["1", "-1.5", "1e3", "00012"])
    func `that is a number may be`(_ value: String) {
        #expect(Self.value("{ type: number }", given: value).value == .text(value))
    }

    @Test(arguments: ["", "one", "1 ", "NaN", "0x1", "1,5", "--1"])
    func `that is a number may not be`(_ value: String) {
        #expect(
            Self.value("{ type: number }", given: value).lines == ["E304 variable `x` is `\(value)`, expected a number"]
        )
    }

    @Test func `holds no NUL`() {
        #expect(Self.value("{ default: a }", given: "a\0b").lines == ["E304 the value of `x` holds a NUL character"])
    }

    @Test func `that is secret is in the plan by its source alone`() {
        #expect(Self.value("{ secret: { file: /run/secrets/x } }").value == .secret(.file("/run/secrets/x")))
        #expect(Self.value("{ secret: { exec: [op, read, x] } }").value == .secret(.program(["op", "read", "x"])))
        #expect(Self.value("{ secret: { env: X } }", environment: ["X": "hunter2"]).value == .secret(.environment("X")))
    }

    @Test(arguments: [
        ("{ default: true }", "{ var: x }", nil), ("{ default: false }", "{ var: x }", "x is false, not true"),
        ("{ default: eu, type: string }", "{ var: x, equals: eu }", nil),
        ("{ default: a }", "{ var: x, equals: b }", "x is a, not b"),
        ("{ default: 1.0 }", "{ var: x, equals: 1 }", nil),
        ("{ default: 2 }", "{ var: x, equals: 1 }", "x is 2, not 1"),
    ])
    func `decides whether a phase takes part`(_ definition: String, _ condition: String, _ skipped: String?) {
        let text = runbook(
            "vars: { x: \(definition) }\n",
            phases: "- id: one\n  if: \(condition)\n  statement: SELECT 1\n  rollback: { none: reads only }")
        let planned = plan(text)
        #expect(planned.plan != nil, "\(planned.rendered)")
        #expect(planned.phase("one")?.skipped == skipped)
        #expect(planned.findings.isEmpty)
    }

    @Test func `of 63 bytes is a name of PostgreSQL, and SQLite knows no limit`() {
        let text = { (database: String) in
            runbook(
                "vars: { x: { default: a } }\n", database: database,
                phases: "- id: one\n  statement: CREATE TABLE :\"x\" (a int)\n  rollback: { none: stays }")
        }
        let fits = String(repeating: "ä", count: 31) + "a"
        #expect(plan(text("postgres://db.example/app"), values: ["x": fits]).findings.isEmpty)
        #expect(plan(text("postgres://db.example/app"), values: ["x": fits + "a"]).lines.count == 1)
        #expect(plan(text("sqlite:demo.db"), values: ["x": fits + fits]).findings.isEmpty)
    }
}
