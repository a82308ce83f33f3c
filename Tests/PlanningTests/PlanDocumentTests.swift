import CanonicalJSON
@testable import Commands
import Glibc
import Planning
import TestSupport
import Testing

struct `A plan as a document` {
    static let cases = GoldenCase.all(in: "plans")

    static func made(of golden: GoldenCase) throws -> Plan {
        let bytes = try #require(golden.bytes("runbook.yaml"))
        let result = plan(
            bytes, files: ProjectFiles(root: golden.folder), environment: ["DATABASE_URL": "postgres://db.example/app"])
        return try #require(result.plan, "\(result.rendered)")
    }

    static func everything() throws -> Plan { try made(of: #require(cases.first { $0.name == "everything" })) }

    @Test(arguments: cases)
    func `has these bytes`(_ golden: GoldenCase) throws {
        let plan = try Self.made(of: golden)
        let text = plan.json.prettyText + "\nsha256 \(plan.digest.hex)\n"
        #expect(
            text == (try #require(golden.expected("plan.txt", recording: text), "recorded; run again without RECORD")))
    }

    @Test(arguments: cases)
    func `is the same plan when it is read back`(_ golden: GoldenCase) throws {
        let plan = try Self.made(of: golden)
        let read = try Plan(json: JSON(parsing: plan.json.canonicalBytes))
        #expect(read == plan)
        #expect(read.digest == plan.digest && plan.digest == Digest(of: plan.json))
        #expect(read.json.canonicalBytes == plan.json.canonicalBytes)
        #expect(read.phases == plan.phases && read.targets == plan.targets && read.variables == plan.variables)
    }

    @Test(arguments: 1...40)
    func `is the same plan whatever the graph`(_ seed: Int) throws {
        let plan = try #require(plan(RandomGraph(acyclic: seed).text()).plan)
        #expect(try Plan(json: JSON(parsing: plan.json.canonicalBytes)) == plan)
    }

    @Test func `has another digest when a byte of a file changes`() throws {
        let text = runbook(phases: "- { id: one, sql: a.sql, rollback: { none: stays } }")
        let first = try #require(plan(text, files: ["a.sql": "SELECT 1;\n"]).plan)
        let second = try #require(plan(text, files: ["a.sql": "SELECT 1; \n"]).plan)
        #expect(first.digest != second.digest && first != second)
    }

    @Test(arguments: ["json", "text", "markdown", "html"])
    func `does not hang on time zone, language, user or working directory`(_ format: String) throws {
        let runbook = GoldenCase.root + "/plans/everything/runbook.yaml"
        let arguments = "plan --format \(format) \(runbook)"
        let here = try Self.output("cd \(GoldenCase.root) && DATABASE_URL=postgres:///app ./gonogo \(arguments)")
        let elsewhere = try Self.output(
            "cd / && TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 USER=somebody LOGNAME=somebody "
                + "HOME=/nonexistent PGUSER=somebody PGHOST=elsewhere PGPORT=1 DATABASE_URL=postgres:///app "
                + "./gonogo \(arguments)")
        #expect(here.contains("backfill"))
        #expect(here == elsewhere)
    }

    /// What a command line prints; `./gonogo` stands for the program that was built with these tests.
    private static func output(_ line: String) throws -> String {
        let tests = CommandLine.arguments[0].split(separator: "/").dropLast()
        let products = "/" + tests.prefix { !$0.hasSuffix(".xctest") }.joined(separator: "/")
        let stream = try #require(popen(line.replacing("./gonogo", with: products + "/gonogo"), "r"))
        defer { pclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
