import TestSupport

/// A Markdown page of this repository.
struct Page: CustomStringConvertible, Sendable {
    /// Its path from the root of the repository.
    let path: String
    let text: String

    var description: String { path }

    init(_ path: String) throws {
        self.path = path
        text = try Files.read("\(Files.package)/\(path)")
    }

    /// All pages people read.
    static let all: [String] =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        + ((try? Files.all(below: "\(Files.package)/docs")) ?? []).filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }

    /// A fenced block, with the last path named before it.
    struct Block: Sendable {
        let language: String
        let text: String
        let path: String?
    }

    /// Its fenced blocks, in order.
    var blocks: [Block] {
        var blocks: [Block] = []
        let parts = text.split(separator: "\n```", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where index % 2 == 1 {
            let language = part.prefix { $0 != "\n" }
            let before = parts[index - 1].matches(of: #/`([A-Za-z0-9_./-]+\.(sql|yaml))`/#).last
            blocks.append(
                Block(
                    language: String(language),
                    text: part.dropFirst(language.count + 1) + "\n",
                    path: before.map { String($0.output.1) }
                )
            )
        }
        return blocks
    }

    /// The runbooks it shows whole.
    var runbooks: [Block] { blocks.filter { $0.language == "yaml" && $0.text.hasPrefix("runbook:") } }

    /// A folder with the SQL files it shows.
    func program() throws -> Program {
        var program = try Program()
        for block in blocks where block.language == "sql" {
            guard let path = block.path else { throw TestFailure("\(self.path): SQL without a path before it") }
            program = try program.file(path, block.text)
        }
        return program
    }

    /// What its links lead to, without those to other sites and within the page.
    var links: [String] {
        text.matches(of: #/\]\(([^)#]+)(#[^)]*)?\)/#).map { String($0.output.1) }.filter { !$0.contains("://") }
    }
}
