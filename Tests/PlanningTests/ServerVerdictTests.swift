import Diagnostics
import Planning
import Testing

struct `SQL the built-in grammar refuses` {
    private static let text = runbook(
        phases: """
            - id: one
              statement: SELECT 1_000, :'size'
              rollback: { none: reads only }
            """)

    private static let head = "vars: { size: { default: large } }\n"

    private static func planned(_ verdicts: [ServerQuestion: ServerVerdict] = [:]) -> Planned {
        let bytes = Array(text.replacing("phases:", with: head + "phases:").utf8)
        return plan(bytes, files: MemoryFiles(files: [:]), verdicts: verdicts)
    }

    @Test func `is a question for the server, with something in the place of variables`() throws {
        let planned = Self.planned()
        #expect(planned.plan == nil)
        #expect(planned.questions.map(\.target) == ["main"])
        #expect(planned.questions.map(\.statement) == ["SELECT 1_000,  '1'"])
        #expect(planned.findings.map(\.code.id) == ["E210"])
    }

    @Test func `is planned with a warning when the server understands it`() throws {
        let question = try #require(Self.planned().questions.first)
        let planned = Self.planned([question: .understood(by: "PostgreSQL 17.2")])
        #expect(planned.plan?.phases.first?.steps.count == 1)
        #expect(planned.findings.map(\.code.id) == ["W322"])
        #expect(planned.findings.first?.message.hasSuffix("; PostgreSQL 17.2 understands it") == true)
    }

    @Test func `stays refused when the server refuses it, in the server's words`() throws {
        let question = try #require(Self.planned().questions.first)
        let planned = Self.planned([question: .refused(by: "PostgreSQL 15.1", message: "no")])
        #expect(planned.plan == nil)
        #expect(planned.findings.first?.help == "PostgreSQL 15.1 refuses it as well: no")
    }
}
