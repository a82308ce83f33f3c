import Databases
import Planning
import Runbooks
import Testing

/// Files that count how often they are read.
final class CountingFiles: FileSource {
    private let counts = Guarded<[String: Int]>([:])
    private let text: String

    init(text: String) { self.text = text }

    var reads: [String: Int] { counts.withLock { $0 } }

    func read(_ path: String) -> Result<[UInt8], FileProblem> {
        counts.withLock { $0[path, default: 0] += 1 }
        return .success(Array(text.utf8))
    }
}

/// A runbook with many phases: a chain with bows, a file and a check in each, captures that reach far.
func largeRunbook(phases count: Int) -> String {
    let phases = (0..<count).map { index in
        let needs = Set([index - 1, index / 2, index - 7].filter { $0 >= 0 && $0 < index }).sorted()
        let capture =
            index % 10 == 0 ? "    - capture: { name: c\(index), query: SELECT count(*) FROM t\(index) }\n" : ""
        return """
            - id: p\(index)
              title: phase of ${vars.tenant}
              needs: [\(needs.map { "p\($0)" }.joined(separator: ", "))]
              steps:
            \(capture)    - sql: sql/\(index).sql
              checks:
                - { id: same, expect: { same_as: c\(index / 20 * 10) } }
                - { query: "SELECT count(*) FROM t WHERE tenant = :'tenant'", expect: 0 }
              rollback: { none: stays }
            """
    }
    return runbook("vars: { tenant: { default: acme } }\n", phases: phases.joined(separator: "\n"))
}

struct `A large runbook` {
    static let script = (0..<10).map { "UPDATE t\($0) SET tenant = :'tenant' WHERE tenant IS NULL;\n" }.joined()

    @Test func `is planned whole, and every file is read once`() throws {
        let files = CountingFiles(text: Self.script)
        let planned = plan(Array(largeRunbook(phases: 500).utf8), files: files)
        let plan = try #require(planned.plan, "\(planned.rendered.prefix(2000))")
        #expect(plan.phases.count == 500)
        #expect(plan.phases.flatMap(\.steps).count == 550)
        #expect(plan.phases.map(\.wave).max() == 499)
        #expect(files.reads.count == 500 && files.reads.values.allSatisfy { $0 == 1 })
        #expect(planned.findings.isEmpty)
    }

    @Test func `says once what is wrong in many places`() {
        let script = String(repeating: "UPDATE t SET a = :'unknown';\n", count: 1000)
        let text = runbook(
            phases: (0..<20).map { "- { id: p\($0), sql: same.sql, rollback: { none: stays } }" }.joined(
                separator: "\n"))
        let planned = plan(text, files: ["same.sql": script])
        #expect(planned.lines == ["E305 variable `unknown` is not defined"])
    }

    @Test func `of phases that all wait for each other has one finding`() {
        let phases = (0..<300).map { index in
            let needs = (0..<300).filter { $0 != index }.map { "p\($0)" }.joined(separator: ", ")
            return "- { id: p\(index), needs: [\(needs)], statement: SELECT 1, rollback: { none: reads only } }"
        }
        #expect(plan(runbook(phases: phases.joined(separator: "\n"))).lines == ["E308 cycle: p0 -> p1 -> p0"])
    }
}
