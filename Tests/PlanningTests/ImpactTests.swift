import Planning
import TestSupport
import Testing

struct `What a program changes` {
    /// A comment above it says "only in production", and the program asks for the version of the server.
    @Test func `is said to be done on a condition`() throws {
        let golden = try #require(GoldenCase.all(in: "planning").first { $0.folder.hasSuffix("/seed-003") })
        let script = try #require(golden.text("environment.sql"))
        let planned = plan(
            runbook(phases: "- { id: one, sql: environment.sql, rollback: { irreversible: a test } }"),
            files: ["environment.sql": script])
        let does = try #require(planned.plan).review.impacts.flatMap(\.does)
        #expect(does.contains("creates column documents.vector_data vector(1536) on a condition"), "\(does)")
    }
}
