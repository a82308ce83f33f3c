import Databases
import TestSupport

/// A runbook of this repository, with what has to be there before it runs.
struct ShippedRunbook: CustomStringConvertible, Sendable {
    /// Its file, without `.runbook.yaml`.
    let name: String
    let engine: Engine
    /// The calls that make the database it starts from, each on top of the one before.
    let base: [[String]]
    /// What stands behind `run RUNBOOK`.
    var arguments: [String] = []
    /// What a no-go at the gate of a phase ends with where that is not 8.
    var otherEnds: [String: Int32] = [:]

    var description: String { name }
    var path: String { "runbooks/\(name).runbook.yaml" }

    /// Its text as it is in the repository.
    var text: RunbookText { get throws { RunbookText(try Files.read("\(Files.package)/\(path)")) } }

    private static let small = ["run", "runbooks/multi-tenancy-base.runbook.yaml", "--yes", "--var", "entities=50"]
    private static let migrated = [
        "run", "runbooks/multi-tenancy.runbook.yaml", "--yes", "--gate", "row-level-security=go",
    ]

    /// All that change a database somebody has.
    static let all = [
        // Enough rows for the phase that wants to see indexes used.
        ShippedRunbook(
            name: "multi-tenancy",
            engine: .postgres,
            base: [Array(small.dropLast()) + ["entities=6000"]],
            arguments: ["--var", "rebuild_keys=true"],
            otherEnds: ["baseline": 11, "row-level-security": 7]
        ),
        ShippedRunbook(name: "multi-tenancy-partial-rollback", engine: .postgres, base: [small, migrated]),
        ShippedRunbook(
            name: "multi-tenancy-sqlite",
            engine: .sqlite,
            base: [["run", "runbooks/multi-tenancy-sqlite-base.runbook.yaml", "--yes", "--var", "entities=50"]],
            arguments: ["--var", "rebuild_keys=true"],
            otherEnds: ["baseline": 11]
        ),
        ShippedRunbook(
            name: "v2",
            engine: .postgres,
            base: [["run", "runbooks/v2-base.runbook.yaml", "--yes", "--var", "agents=20"]],
            // Nothing but a backup was made when the first two say no.
            otherEnds: ["backup": 11, "baseline": 11, "enable-app": 7]
        ),
    ]

    /// Those that make what the others start from.
    static let bases = [
        ShippedRunbook(name: "multi-tenancy-base", engine: .postgres, base: [], arguments: ["--var", "entities=50"]),
        ShippedRunbook(
            name: "multi-tenancy-sqlite-base", engine: .sqlite, base: [], arguments: ["--var", "entities=50"]),
        ShippedRunbook(name: "v2-base", engine: .postgres, base: [], arguments: ["--var", "agents=20"]),
    ]
}

/// The text of a runbook as these tests change it.
struct RunbookText {
    private(set) var text: String

    init(_ text: String) { self.text = text }

    /// The phases that have a gate.
    var gates: [String] {
        text.split(separator: "\n  - id: ").dropFirst().filter { $0.contains("\n    gate:") }
            .map { String($0.prefix { $0 != "\n" }) }
    }

    /// The first phase at the end of which this one has been done: itself, unless it asks before it starts.
    func firstEnd(of phase: String) -> String {
        let blocks = text.split(separator: "\n  - id: ").dropFirst().map { ($0.prefix { $0 != "\n" }, $0) }
        guard let index = blocks.firstIndex(where: { $0.0 == phase }), index + 1 < blocks.count else { return phase }
        return blocks[index].1.contains("\n      at: start") ? String(blocks[index + 1].0) : phase
    }

    /// The ids of its phases, in order.
    var phases: [String] { text.matches(of: #/(?m)^  - id: ([a-z0-9-]+)$/#).map { String($0.output.1) } }

    /// With a gate at the end of every phase that has none.
    var gated: RunbookText {
        var result: [Substring] = []
        for block in text.split(separator: "\n  - id: ", omittingEmptySubsequences: false) {
            guard !result.isEmpty, !block.contains("\n    gate:") else {
                result.append(block)
                continue
            }
            let line = block.prefix { $0 != "\n" }
            result.append("\(line)\n    gate: { question: Go on?, deciders: [tester] }\(block.dropFirst(line.count))")
        }
        return RunbookText(result.joined(separator: "\n  - id: "))
    }

    /// The SQL files its steps apply, each with its phase.
    var applied: [(file: String, phase: String)] { files { $0.prefix(upTo: $1) } }

    /// The SQL files its rollbacks apply, each with its phase.
    var undoing: [(file: String, phase: String)] { files { $0.suffix(from: $1) } }

    /// The files a part of each phase names; the parts are told apart by where `rollback` begins.
    private func files(_ part: (Substring, Substring.Index) -> Substring) -> [(file: String, phase: String)] {
        text.split(separator: "\n  - id: ").dropFirst().flatMap { block in
            let border = block.firstRange(of: "\n    rollback:")?.lowerBound ?? block.endIndex
            let phase = String(block.prefix { $0 != "\n" })
            return part(block, border).matches(of: #/(migrations|rollback)/[A-Za-z0-9_./]+\.sql/#)
                .map { (String($0.output.0), phase) }
        }
    }
}

/// A SQL file in statements, well enough for the files of this repository.
struct SQLText {
    let statements: [String]

    init(_ text: String) {
        var statements: [String] = []
        var current = ""
        var isQuoted = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            current += line + "\n"
            if line.ranges(of: "$$").count % 2 == 1 { isQuoted.toggle() }
            guard line.hasSuffix(";"), !isQuoted else { continue }
            statements.append(current)
            current = ""
        }
        self.statements = statements + (current.isEmpty ? [] : [current])
    }

    /// Each statement that drops something by name, with the rest of the file and the name.
    var withoutEachDrop: [(rest: String, name: String)] {
        statements.indices.compactMap { index in
            let drop = #/(?m)^(ALTER .*|    )?DROP [A-Z ]+?(IF EXISTS )?([a-z0-9_.]+)/#
            guard let match = statements[index].firstMatch(of: drop), match.output.3 != "temp.refusal" else {
                return nil
            }
            let rest = statements.enumerated().filter { $0.offset != index }.map(\.element).joined()
            return (rest, String(match.output.3))
        }
    }
}
