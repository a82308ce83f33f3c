import CanonicalJSON
import Diagnostics
@testable import Runbooks
import TestSupport
import Testing
import YAML

struct `The schema for editors` {
    private let schema = RunbookSchema.json()

    /// Every table that can be reached, by its name.
    private static let tables: [KeyTable] = {
        var found: [String: KeyTable] = [:]
        var waiting = [Tables.runbook]
        while let table = waiting.popLast() {
            guard found.updateValue(table, forKey: table.noun) == nil else { continue }
            waiting += table.keys.flatMap { tables(in: $0.shape) }
        }
        return found.values.sorted { $0.noun < $1.noun }
    }()

    private static func tables(in shape: Shape) -> [KeyTable] {
        switch shape {
        case .object(let table): [table]
        case .list(let item, _, _): tables(in: item)
        case .map(_, let value, _): tables(in: value)
        case .either(let scalar, let list, let mapping):
            [scalar, list, mapping].compactMap(\.self).flatMap(tables)
        default: []
        }
    }

    private func tree(_ bytes: [UInt8]) -> Node? {
        var findings = Findings()
        return YAMLReader.read(SourceText(name: "runbook.yaml", bytes: bytes), findings: &findings)
    }

    @Test func `has a property for every key of every table, and no other`() {
        let definitions = schema["definitions"]?.object ?? [:]
        #expect(definitions.count == Self.tables.count - 1)
        for table in Self.tables {
            let name = table.noun.replacing(" ", with: "-")
            let properties =
                (name == "runbook" ? schema : definitions[name] ?? .null)["properties"]?.object ?? [:]
            #expect(Set(properties.keys) == Set(table.keys.map(\.name)), "\(table.noun)")
            #expect(properties.values.allSatisfy { $0["description"]?.string?.isEmpty == false })
        }
    }

    @Test(arguments: Files.names(in: Files.golden + "/good-input"))
    func `accepts the worked examples`(_ name: String) throws {
        let bytes = try #require(Files.read(Files.golden + "/good-input/" + name))
        #expect(SchemaChecker(schema).accepts(SchemaValue(try #require(tree(bytes)))))
    }

    @Test(arguments: Files.names(in: Files.golden + "/bad-input"))
    func `refuses nothing that the decoder takes`(_ name: String) throws {
        let bytes = try #require(Files.read("\(Files.golden)/bad-input/\(name)/runbook.yaml"))
        guard let root = tree(bytes), !SchemaChecker(schema).accepts(SchemaValue(root)) else { return }
        #expect(decode(bytes, environment: `A runbook that cannot be used`.environment).runbook == nil)
    }

    @Test(arguments: SchemaSamples.refused)
    func `refuses these, and so does the decoder`(_ sample: String) throws {
        let bytes = Array(SchemaSamples.document(sample).utf8)
        #expect(!SchemaChecker(schema).accepts(SchemaValue(try #require(tree(bytes)))))
        #expect(decode(bytes).runbook == nil)
    }

    @Test(arguments: SchemaSamples.accepted)
    func `accepts these, and so does the decoder`(_ sample: String) throws {
        let bytes = Array(SchemaSamples.document(sample).utf8)
        #expect(SchemaChecker(schema).accepts(SchemaValue(try #require(tree(bytes)))))
        let result = decode(bytes)
        #expect(result.rendered == "")
        #expect(result.runbook != nil)
    }

    @Test func `is the same bytes every time`() {
        #expect(RunbookSchema.json().canonicalText == schema.canonicalText)
        #expect(schema["properties"]?["runbook"]?["const"] == 1)
    }
}

extension SchemaValue {
    /// A tree of YAML.
    init(_ node: Node) {
        switch node.content {
        case .mapping(let entries): self = .object(entries.map { ($0.key.value, SchemaValue($0.value)) })
        case .sequence(let items): self = .list(items.map { SchemaValue($0) })
        case .scalar(let scalar):
            switch scalar.value {
            case .null: self = .null
            case .boolean(let value): self = .boolean(value)
            case .integer(let number): self = .integer(number)
            case .number(let text): self = .number(text)
            case .text(let text): self = .text(text)
            }
        }
    }
}

/// Phases, as one line each, that are put into a runbook.
enum SchemaSamples {
    static func document(_ phase: String) -> String {
        "runbook: 1\nname: demo\ndatabases: sqlite:demo.db\nvars: { v: { default: a } }\nphases: [\(phase)]\n"
    }

    private static let rest = "rollback: a.sql }"

    static let refused: [String] = [
        "{ id: a, sql: b }",
        "{ id: A, sql: b, \(rest)",
        "{ id: a, sql: b, run: c, \(rest)",
        "{ id: a, sql: b, steps: [{ sql: c }], \(rest)",
        "{ id: a, steps: [], \(rest)",
        "{ id: a, steps: [{ id: b }], \(rest)",
        "{ id: a, sql: b, needs: c, \(rest)",
        "{ id: a, sql: b, timeout: 5, \(rest)",
        "{ id: a, sql: b, timeout: 5x, \(rest)",
        "{ id: a, sql: b, window: c, \(rest)",
        "{ id: a, sql: b, estimate: { to: 5m }, \(rest)",
        "{ id: a, sql: b, estimate: [5m], \(rest)",
        "{ id: a, sql: b, wait_jobs: 5m, \(rest)",
        "{ id: a, run: b, transaction: none, \(rest)",
        "{ id: a, sql: b, transaction: maybe, \(rest)",
        "{ id: a, sql: b, title: 5, \(rest)",
        "{ id: a, sql: b, title: \" \", \(rest)",
        "{ id: a, sql: b, checks: [{ query: c }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, run: d, expect: 1 }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: {} }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { rows: -1 } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { rows: 1, set: [] } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { at_least: much } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { error: { sqlstate: \"4\" } } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: 1, transaction: file }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: 1, retry: { for: 5m } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: 1, for_each: { t: [] } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { time: { below: 5ms } } }], \(rest)",
        "{ id: a, sql: b, session: { a b: c }, \(rest)",
        "{ id: a, sql: b, gate: { question: c }, \(rest)",
        "{ id: a, sql: b, gate: { question: c, deciders: [] }, \(rest)",
        "{ id: a, sql: b, rollback: {} }",
        "{ id: a, sql: b, rollback: { none: \"\" } }",
        "{ id: a, sql: b, rollback: { none: true } }",
        "{ id: a, sql: b, rollback: { sql: c, none: d } }",
        "{ id: a, sql: b, rollback: { none: d, checks: [] } }",
        "{ id: a, run: b, env: { A: { env: B, file: C } }, \(rest)",
        "{ id: a, run: [], \(rest)",
        "{ id: a, sql: b, if: { expect: 1 }, \(rest)",
        "{ id: a, capture: { name: b }, \(rest)",
    ]

    static let accepted: [String] = [
        "{ id: a, sql: b, \(rest)",
        "{ id: a, checks: [{ query: c, expect: 1 }], rollback: { none: reads only } }",
        "{ id: a, run: [make, all], env: { A: b, C: 5, D: { file: e } }, \(rest)",
        "{ id: a, steps: [{ sql: b, as: owner, transaction: none, timeout: 1h30m }, { run: c }], \(rest)",
        "{ id: a, sql: b, if: { var: v, equals: x }, \(rest)",
        "{ id: a, sql: b, if: { query: c, expect: { rows: { at_least: 1, at_most: 2 } } }, \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: null }, { query: c, expect: ok }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { at_least: 1, below: 20GB } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { table: [[1, a], [2, null]] } }], \(rest)",
        "{ id: a, sql: b, checks: [{ run: c, expect: { exit: 1, stdout: { matches: x } } }], \(rest)",
        "{ id: a, sql: b, checks: [{ expect: { same_as: counts }, as: app }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { plan: { uses_index: i } } }], \(rest)",
        "{ id: a, sql: b, checks: [{ query: c, expect: { error: { contains: x } } }], \(rest)",
        "{ id: a, sql: b, done_when: { query: c, expect: true }, \(rest)",
        "{ id: a, sql: b, rollback: { steps: [{ sql: c }, { run: d }], estimate: 5m, checks: [] } }",
        "{ id: a, sql: b, estimate: { from: 30m, to: 45m }, rollback: { sql: c, estimate: { from: 1m, to: 5m } } }",
        "{ id: a, sql: b, rollback: { statement: DROP TABLE t, transaction: none } }",
        "{ id: a, sql: b, rollback: { irreversible: data is gone } }",
        "{ id: a, sql: b, gate: { question: c, deciders: [dba], at: start, on_no_go: stop }, \(rest)",
        "{ id: a, capture: { name: b, query: c, fingerprint: true }, \(rest)",
    ]
}
