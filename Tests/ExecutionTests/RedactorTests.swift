import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

struct `A secret` {
    static let secret = "p'w\\ \"ö+/?&\u{1}x"

    @Test(arguments: [
        "p'w\\ \"ö+/?&\u{1}x", "p''w\\ \"ö+/?&\u{1}x", "p''w\\\\ \"ö+/?&\u{1}x", #"p'w\\ \"ö+/?&\u0001x"#,
        "p%27w%5C%20%22%C3%B6%2B%2F%3F%26%01x", "p%27w%5c%20%22%c3%b6%2b%2f%3f%26%01x",
        "p%27w%5C+%22%C3%B6%2B%2F%3F%26%01x", "cCd3XCAiw7YrLz8mAXg=", "cCd3XCAiw7YrLz8mAXg",
        "p'w\\ \"ö+/?&\u{1}x\u{301}",
    ])
    func `is taken out in all its forms`(form: String) {
        let redactor = Redactor()
        redactor.remember(Self.secret)
        let text = redactor.redact("before \(form) after")
        #expect(text.utf8.starts(with: "before ***".utf8))
        #expect(text.hasSuffix(" after"))
    }

    @Test(arguments: ["pa%40ss9x7", "pa@ss9x7", "postgres://u:pa%40ss9x7@h/d"])
    func `that is an address is its password too`(form: String) {
        let redactor = Redactor()
        redactor.remember("postgres://u:pa%40ss9x7@h/d")
        #expect(redactor.redact("x \(form) y") == "x *** y")
        redactor.remember("postgres://u:abc@h/d")
        #expect(redactor.redact("abc") == "abc")
    }

    @Test func `is taken out of every text of an event, and names stay`() {
        let redactor = Redactor()
        redactor.remember("applied")
        redactor.remember("hunter22")
        let mark = StepMark(
            phase: "applied", step: "applied/1", direction: .forward, title: "hunter22", stepClass: .transactional)
        let cause = FailureCause(message: "x hunter22", detail: "hunter22", hint: "applied")
        let event = redactor.redact(.stepFailed(mark, cause: cause, leaves: .part))
        let clean = StepMark(
            phase: "applied", step: "applied/1", direction: .forward, title: "***", stepClass: .transactional)
        #expect(
            event
                == .stepFailed(clean, cause: FailureCause(message: "x ***", detail: "***", hint: "***"), leaves: .part))
        for event in EveryEvent.all { #expect(redactor.redact(event) == event) }
    }

    @Test(arguments: engines)
    func `reaches the database and no text of the run`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        scene.secrets.withLock { $0 = ["KEY": "s3cr3t-Größe"] }
        let text = """
            vars: { key: { secret: { env: KEY } } }
            phases:
              - id: one
                steps:
                  - statement: CREATE TABLE t (v text)
                  - statement: "INSERT INTO t VALUES (:'key')"
                  - { capture: { name: kept, query: SELECT v FROM t } }
                  - run: 'echo "$KEY"; echo "$KEY" >&2; exit 3'
                    env: { KEY: { secret: { env: KEY } } }
                rollback: { statement: "DROP TABLE t" }
              - id: two
                statement: SELECT 1
                checks: [{ query: SELECT v FROM t, expect: other }]
                rollback: { none: a test }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .unwound)
        #expect(!scene.transcript.contains("s3cr3t"))
        #expect(scene.transcript.contains("***"))

        let statement = engine == .postgres ? #""SELECT CAST(:'key' AS integer)""# : #"'SELECT * FROM :"key"'"#
        let failing = """
            vars: { key: { secret: { env: KEY } } }
            phases:
              - id: one
                statement: \(statement)
                checks: [{ query: "SELECT :'key'", expect: other }]
                rollback: { none: a test }
            """
        let other = try scene.plan(failing, name: "other")
        let failed = try await Runner(scene.environment).run(other)
        #expect(failed.state.cause?.message.contains("***") == true)
        #expect(!scene.transcript.contains("s3cr3t"))
    }

    @Test func `is not half shown where a text was cut`() async throws {
        let scene = try await Scene(.sqlite)
        scene.secrets.withLock { $0 = ["KEY": String(repeating: "k3y", count: 60)] }
        let text = """
            vars: { key: { secret: { env: KEY } } }
            phases:
              - id: one
                statement: SELECT 1
                checks: [{ query: "SELECT 'ab' || :'key' || 'cd'", expect: other }]
                rollback: { none: a test }
            """
        _ = try await scene.run(text)
        #expect(!scene.transcript.contains("k3y"))
        #expect(scene.checks.first?.found == "\"ab***cd\"")
    }
}
