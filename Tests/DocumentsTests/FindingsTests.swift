import Diagnostics
import Planning
import TestSupport
import Testing

/// `docs/findings.md`, held against the codes there are.
struct `The page of findings` {
    private static let path = "docs/findings.md"

    private struct Row {
        let code: String
        let title: String
    }

    private func rows() throws -> [Row] {
        try Page(Self.path).text.split(separator: "\n").compactMap { line in
            guard let match = line.wholeMatch(of: #/\| `(W[0-9]+)` \| (.*) \| .*\|/#) else { return nil }
            return Row(code: String(match.output.1), title: String(match.output.2))
        }
    }

    @Test func `lists every code, in order and with its own words`() throws {
        let rows = try rows()
        let known = ReviewCodes.all.sorted { $0.id < $1.id }
        #expect(rows.map(\.code) == known.map(\.id))
        #expect(rows.map(\.title) == known.map(\.title))
    }

    @Test func `names no code that is none`() throws {
        let known = Set(ReviewCodes.all.map(\.id))
        let named = try Page(Self.path).text.matches(of: #/`(W6[0-9]+)`/#).map { String($0.output.1) }
        #expect(Set(named).subtracting(known).isEmpty)
    }
}

/// `docs/hazards.md`, held against what is found in the documents' own words.
struct `The page of hazards` {
    private struct Row {
        let number: String
        let codes: [String]
        let cases: [String]
        let test: (sentence: String, file: String)?
    }

    private func rows() throws -> [Row] {
        try Page("docs/hazards.md").text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 6, cells[1].contains(#/^ H[0-9]+ $/#) else { return nil }
            let test = cells[4].firstMatch(of: #/"(.*)" in `(.*)`/#)
            return Row(
                number: cells[1].filter { $0 != " " },
                codes: cells[3].matches(of: #/`([EW][0-9]+)`/#).map { String($0.output.1) },
                cases: test == nil ? cells[4].matches(of: #/`([^`]+)`/#).map { String($0.output.1) } : [],
                test: test.map { (String($0.output.1), String($0.output.2)) })
        }
    }

    @Test func `tells of each of the twenty-five`() throws {
        let rows = try rows()
        #expect(rows.map(\.number) == (1...25).map { "H\($0)" })
        for row in rows { #expect(row.codes.isEmpty == (row.test != nil), "\(row.number)") }
    }

    @Test func `names codes that are found in the cases it names`() throws {
        for row in try rows() {
            let texts = try row.cases.map { name in
                try Files.read("\(Files.package)/Tests/Golden/planning/\(name)/expected.txt")
            }
            for code in row.codes {
                #expect(texts.contains { $0.contains("[\(code)]: ") }, "\(row.number) \(code)")
            }
        }
    }

    @Test func `names tests that there are`() throws {
        for row in try rows() {
            guard let test = row.test else { continue }
            let text = try Files.read("\(Files.package)/\(test.file)")
            #expect(text.contains("`\(test.sentence)`"), "\(row.number)")
        }
    }
}
