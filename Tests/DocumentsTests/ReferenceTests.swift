import Databases
import Glibc
@testable import Runbooks
import TestSupport
import Testing

/// `docs/runbook-reference.md`, held together with the tables the decoder obeys.
struct `The runbook reference` {
    private static let path = "docs/runbook-reference.md"

    /// With RECORD=1 the tables of the page are written anew.
    @Test func `tells every key there is, with the decoder's own words`() throws {
        let page = try Page(Self.path).text
        var sections = page.split(separator: "\n## ", omittingEmptySubsequences: false).map(String.init)
        let tables = KeyTable.all
        #expect(sections.dropFirst().map { String($0.prefix { $0 != "\n" }) }.sorted() == tables.map(\.noun).sorted())
        for table in tables {
            guard let index = sections.firstIndex(where: { $0.hasPrefix("\(table.noun)\n") }) else { continue }
            let lines = sections[index].split(separator: "\n", omittingEmptySubsequences: false)
            let isGenerated = { (line: Substring) in line.hasPrefix("|") || line.hasPrefix("Kept for later") }
            let shown = lines.filter(isGenerated).map(String.init)
            #expect(shown == table.lines, "the section of \(table.noun)")
            guard getenv("RECORD") != nil else { continue }
            var rest = lines.filter { !isGenerated($0) }.map(String.init)
            while rest.last == "" { rest.removeLast() }
            sections[index] = (rest + [""] + table.lines.flatMap { $0.hasPrefix("|") ? [$0] : ["", $0] } + [""]).joined(
                separator: "\n")
        }
        if getenv("RECORD") != nil {
            try Files.write(sections.joined(separator: "\n## "), to: "\(Files.package)/\(Self.path)")
        }
    }

    @Test(arguments: try Page(path).runbooks.indices)
    func `shows runbooks that run forward and back`(index: Int) async throws {
        let page = try Page(Self.path)
        let server = try PostgresServer.shared
        let program = try page.program().setting("DATABASE_URL", server.request(try await server.database()).string)
            .file("shown.runbook.yaml", page.runbooks[index].text)
        let gates = page.runbooks[index].text.contains("gate:") ? ["--gate", "visits=go"] : []
        let run = try await program.run(["run", "shown.runbook.yaml", "--yes"] + gates)
        #expect(run.status == 0, "\(run.errors)")
        let name = try #require(try Files.names(in: "\(program.folder)/.gonogo/runs").first)
        let back = try await program.run("rollback", name, "--yes")
        #expect(back.status == 0, "\(back.errors)")
    }
}

extension KeyTable {
    /// Every table that can be reached from the runbook's, each once.
    fileprivate static var all: [KeyTable] {
        var found: [KeyTable] = []
        func visit(_ table: KeyTable) {
            guard !found.contains(where: { $0.noun == table.noun }) else { return }
            found.append(table)
            for key in table.keys { visit(key.shape) }
        }
        func visit(_ shape: Shape) {
            switch shape {
            case .object(let table): visit(table)
            case .list(let item, _, _): visit(item)
            case .map(_, let value, _): visit(value)
            case .either(let scalar, let list, let mapping):
                for part in [scalar, list, mapping] { if let part { visit(part) } }
            default: break
            }
        }
        visit(Tables.runbook)
        return found
    }

    /// The table of its keys as the page has it.
    fileprivate var lines: [String] {
        let rows = keys.filter { !$0.isLater }.map { key in
            "| `\(key.name)` | \(key.shape.expected)\(key.isRequired ? ", required" : "") | \(key.summary) |"
        }
        let later = keys.filter(\.isLater).map { "`\($0.name)`" }
        let kept = later.isEmpty ? [] : ["Kept for later versions and refused now: \(later.joined(separator: ", "))."]
        return ["| key | takes | |", "|---|---|---|"] + rows + kept
    }
}
