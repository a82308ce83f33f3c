import Diagnostics
import Glibc
import Runbooks
import Testing

struct `A runbook that cannot be used` {
    static let folder = Files.golden + "/bad-input"
    static let environment = ["DATABASE_URL": "postgres://localhost/demo"]

    /// The findings of every case are held against `expected.txt`; `RECORD=1` writes them anew, and fails.
    @Test(arguments: Files.names(in: folder))
    func `is refused with these words`(_ name: String) throws {
        let path = "\(Self.folder)/\(name)"
        let bytes = try #require(Files.read(path + "/runbook.yaml"))
        let result = decode(bytes, environment: Self.environment)
        if getenv("RECORD") != nil {
            Files.write(path + "/expected.txt", result.rendered)
            Issue.record("recorded; run again without RECORD")
            return
        }
        let expected = try #require(Files.read(path + "/expected.txt"))
        #expect(result.rendered == String(decoding: expected, as: UTF8.self))
        #expect((result.runbook == nil) == result.findings.contains { $0.severity == .error })
        #expect(result.findings.allSatisfy { $0.span != nil })
        #expect(!result.rendered.contains("hunter"))
    }
}
