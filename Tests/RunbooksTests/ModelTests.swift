import Diagnostics
@testable import Runbooks
import Testing

struct `A decoded runbook` {
    private func runbook(_ phase: String, top: String = "", environment: [String: String] = [:]) throws
        -> Runbook
    {
        let text = "runbook: 1\nname: demo\ndatabases: sqlite:demo.db\n\(top)phases:\n  - \(phase)\n"
        let result = decode(Array(text.utf8), environment: environment)
        return try #require(result.runbook, "\(result.rendered)")
    }

    private func phase(_ text: String, top: String = "", environment: [String: String] = [:]) throws -> Phase {
        try #require(try runbook(text, top: top, environment: environment).phases.first)
    }

    private func expectation(_ text: String) throws -> Runbooks.Expectation {
        let phase = try phase("{ id: a, rollback: { none: x }, checks: [{ query: q, expect: \(text) }] }")
        return try #require(phase.checks.first).expectation
    }

    @Test func `calls its only database main`() throws {
        let runbook = try runbook(
            "{ id: a, sql: b, rollback: c }",
            top: "owner: ${WHO:-nobody} for $${x}\n",
            environment: [:]
        )
        #expect(runbook.databases.map(\.name.value) == ["main"])
        #expect(runbook.databases.map(\.url.value) == ["sqlite:demo.db"])
        #expect(runbook.owner == "nobody for $${x}")
        #expect(runbook.onFailure == .unwind)
    }

    @Test func `keeps an address as it was written beside what it became`() throws {
        let text =
            "runbook: 1\nname: demo\ndatabases: { b: \"${DB}\", a: x }\n"
            + "phases: [{ id: a, sql: b, rollback: c }]\n"
        let runbook = try #require(
            decode(Array(text.utf8), environment: ["DB": "postgres://u:p@h/d"]).runbook
        )
        #expect(runbook.databases.map(\.name.value) == ["b", "a"])
        #expect(runbook.databases.map(\.url.value) == ["postgres://u:p@h/d", "x"])
        #expect(runbook.databases.map(\.written) == ["${DB}", "x"])
    }

    @Test func `gives a phase with a verb of its own one step`() throws {
        let phase = try phase(
            "{ id: a, statement: \"x\", transaction: none, as: owner, timeout: 1h30m, rollback: c }"
        )
        #expect(phase.steps.count == 1)
        #expect(phase.steps.first?.transaction?.value == TransactionMode.none)
        #expect(phase.steps.first?.role?.value == "owner")
        #expect(phase.steps.first?.timeout == nil)
        #expect(phase.timeout == .seconds(5400))
        #expect(phase.needs == nil)
    }

    @Test func `tells no needs from an empty list of them`() throws {
        #expect(try phase("{ id: a, sql: b, rollback: c, needs: [] }").needs?.isEmpty == true)
        #expect(try phase("{ id: a, sql: b, rollback: c, needs: [d, e] }").needs?.map(\.value) == ["d", "e"])
    }

    @Test func `reads commands with and without a shell`() throws {
        let phase = try phase(
            "{ id: a, rollback: { none: x }, steps: [{ run: \"a $B\", env: { B: \"${C}\", D: 5, "
                + "E: { exec: [op, read] } } }, { run: [a, \"${C}\"] }] }",
            environment: ["C": "see"]
        )
        let commands = phase.steps.compactMap { step -> Command? in
            guard case .run(let command) = step.verb else { return nil }
            return command
        }
        guard case .shell("a $B") = commands[0].invocation,
            case .program(["a", "see"]) = commands[1].invocation
        else {
            Issue.record("\(commands)")
            return
        }
        #expect(commands[0].environment.map(\.name.value) == ["B", "D", "E"])
        guard case .text("see") = commands[0].environment[0].value,
            case .text("5") = commands[0].environment[1].value,
            case .secret(.program(let words)) = commands[0].environment[2].value
        else {
            Issue.record("\(commands[0].environment)")
            return
        }
        #expect(words.map(\.value) == ["op", "read"])
    }

    @Test func `reads every kind of expectation`() throws {
        let five = Bound(.exactly, Quantity(digits: "5", written: "5"))
        let least = Bound(.atLeast, Quantity(digits: "20000000000", written: "20GB"))
        #expect(try show("5") == show(.value(.integer(5))))
        #expect(try show("1.50") == show(.value(.number("1.50"))))
        #expect(try show("ok") == show(.value(.text("ok"))))
        #expect(try show("null") == show(.value(.null)))
        #expect(try show("{ value: \"> 5\" }") == show(.value(.text("> 5"))))
        #expect(try show("{ at_least: 20GB }") == show(.bounds([least])))
        #expect(try show("{ contains: a }") == show(.contains("a")))
        #expect(try show("{ matches: a }") == show(.matches("a")))
        #expect(try show("{ rows: 5 }") == show(.rows([five])))
        #expect(try show("{ set: [1, a, null] }") == show(.set([.integer(1), .text("a"), .null])))
        #expect(try show("{ includes: [true] }") == show(.includes([.boolean(true)])))
        #expect(try show("{ table: [[1], [2]] }") == show(.table([[.integer(1)], [.integer(2)]])))
        #expect(
            try show("{ error: { sqlstate: \"42501\" } }") == show(.failure(sqlstate: "42501", contains: nil))
        )
    }

    @Test func `reads several bounds together, in the order of the format`() throws {
        guard case .bounds(let bounds) = try expectation("{ below: 90%, at_least: 1.5 }") else {
            Issue.record("no bounds")
            return
        }
        #expect(bounds.map(\.relation) == [.atLeast, .below])
        #expect(bounds.map(\.quantity.digits) == ["1.5", "90"])
    }

    private func show(_ text: String) throws -> String { show(try expectation(text)) }

    private func show(_ expectation: Runbooks.Expectation) -> String { "\(expectation)" }

    @Test func `reads gates, conditions, captures and retries`() throws {
        let phase = try phase(
            "{ id: a, capture: { name: c, query: q, fingerprint: true }, if: { var: v }, rollback: { none: x }, "
                + "gate: { question: Go?, deciders: [dba], timeout: 5m, on_no_go: stop, at: start }, "
                + "checks: [{ name: \"in ${each.t}\", query: q, expect: 1, retry: { for: 2m, every: 5s }, "
                + "for_each: { t: [a, 5] }, severity: warn, transaction: rollback }] }"
        )
        #expect(phase.gate?.moment == .start)
        #expect(phase.gate?.onNoGo == .stop)
        #expect(phase.gate?.timeout == .seconds(300))
        guard case .variable(let name, equals: .boolean(true)) = phase.condition else {
            Issue.record("no condition")
            return
        }
        #expect(name.value == "v")
        let check = try #require(phase.checks.first)
        #expect(check.name == "in ${each.t}")
        #expect(check.retry?.every == .seconds(5))
        #expect(check.forEach.map(\.values) == [["a", "5"]])
        #expect(check.mayWrite)
        #expect(check.severity == .warn)
    }

    @Test func `finds places inside its SQL`() throws {
        let text =
            "runbook: 1\nname: demo\ndatabases: d\nphases:\n  - id: a\n    statement: |\n      SELECT\n"
            + "        wrong\n    rollback: c\n"
        let runbook = try #require(decode(Array(text.utf8)).runbook)
        guard case .statement(let sql)? = runbook.phases.first?.steps.first?.verb else { return }
        let start = try #require(sql.text.firstRange(of: "wrong")?.lowerBound)
        let offset = sql.text.utf8.distance(from: sql.text.startIndex, to: start)
        #expect(sql.span(of: offset..<offset + 5).description == "runbook.yaml:8:9")
        #expect(sql.span(of: offset..<offset + 5).text == "wrong")
    }

    @Test func `gives a variable the type of its default`() throws {
        let runbook = try runbook(
            "{ id: a, sql: b, rollback: c }",
            top:
                "vars: { a: { default: 5 }, b: { default: true }, c: { env: C }, d: { secret: { file: f } } }\n"
        )
        #expect(runbook.variables.map(\.type) == [.number, .boolean, .string, .string])
        #expect(runbook.variables.map { $0.secret != nil } == [false, false, false, true])
    }
}
