@testable import Commands
import TestSupport
import Testing

/// What the pages of this repository say, tried out.
struct `A page` {
    @Test(arguments: Page.all)
    func `links to files that are there`(path: String) throws {
        let folder = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        for link in try Page(path).links {
            #expect(Files.exists("\(Files.package)/\(folder)\(link)"), "\(path) links to \(link)")
        }
    }

    @Test(arguments: Page.all)
    func `shows runbooks that can be planned`(path: String) async throws {
        let page = try Page(path)
        for (index, block) in page.runbooks.enumerated() {
            let program = try page.program().setting("DATABASE_URL", "sqlite:example.db")
                .file("shown.runbook.yaml", block.text)
            let onPostgres = program.setting("DATABASE_URL", "postgres://localhost/example")
            let answer = try await onPostgres.run("plan", "shown.runbook.yaml")
            #expect(answer.status == 0, "runbook \(index + 1) of \(path): \(answer.errors)")
            #expect(answer.errors.isEmpty)
        }
    }

    @Test func `shows commands that are understood`() throws {
        for path in Page.all {
            for block in try Page(path).blocks where block.language == "sh" {
                for line in block.text.split(separator: "\n") where line.hasPrefix("gonogo ") {
                    let words = line.prefix { $0 != "#" && $0 != ">" }.split(separator: " ").dropFirst().map(
                        String.init)
                    #expect(throws: Never.self, "\(path): \(line)") { try ArgumentParser.parse(words) }
                }
            }
        }
    }

    @Test func `on reviews shows commands that make what it says`() async throws {
        let commands = try #require(try Page("docs/review-in-ci.md").blocks.first { $0.language == "sh" })
        let readme = try Page("README.md")
        let runbook = try #require(readme.runbooks.first)
        let program = try readme.program().file(try #require(runbook.path), runbook.text)
        let script = "gonogo() { '\(Program.path)' \"$@\"; }\n\(commands.text)"
        let answer = try await program.tool(["sh", "-euc", script])
        #expect(answer.status == 0, "\(answer.errors)")
        for (file, beginning) in [
            ("gonogo.sarif", "{\n  \"$schema\""), ("comment.md", "<!-- gonogo:add-tenant-id -->\n### Plan `"),
            ("plan.html", "<!DOCTYPE html>"), ("plan.json", "{\n"), ("plan.schema.json", "{\n  \"$schema\""),
            ("new.plan", "{\""),
        ] {
            #expect(try Files.read("\(program.folder)/\(file)").hasPrefix(beginning), "\(file)")
        }
    }

    @Test func `of the README begins with a runbook that runs forward and back`() async throws {
        let page = try Page("README.md")
        let runbook = try #require(page.runbooks.first)
        let program = try page.program().file(try #require(runbook.path), runbook.text)
        let making = try #require(page.blocks.first { $0.text.hasPrefix("sqlite3 ") }).text
        #expect(try await program.tool(["sh", "-c", making]).status == 0)
        let before = try await program.tool(["sqlite3", "shop.db", ".schema orders"])
        let commands = try #require(page.blocks.last { $0.language == "sh" }).text.split(separator: "\n")
        var statuses: [Int32] = []
        for line in commands {
            var words = line.prefix { $0 != "#" }.split(separator: " ").dropFirst().map(String.init)
            if words[0] == "run" || words[0] == "rollback" { words.append("--yes") }
            if words[0] == "rollback" { words[1] = try Files.names(in: "\(program.folder)/.gonogo/runs")[0] }
            statuses.append(try await program.run(words).status)
        }
        #expect(statuses == [0, 0, 0, 0, 0])
        #expect(try await program.tool(["sqlite3", "shop.db", ".schema orders"]) == before)
    }
}
