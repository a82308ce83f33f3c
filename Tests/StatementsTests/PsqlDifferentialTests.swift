import Diagnostics
import Statements
import Testing

struct `A PostgreSQL script` {
    @Test func `is split as psql splits it`() throws {
        let scripts = LexicalCorpus.valid
        let sent = try PsqlOracle.queries(of: scripts)
        var compared = 0
        for (script, queries) in zip(scripts, sent) {
            let result = read(script)
            let errors = result.findings.filter { $0.severity == .error }
            #expect(errors.isEmpty, "\(script): \(errors.map(\.message))")
            let texts = queries.map { withoutEdges($0) }.filter { !$0.isEmpty }
            let ours = result.statements.map(\.text)
            #expect(texts.count == ours.count, "\(script)\npsql: \(texts)\nours: \(ours)")
            for (query, text) in zip(texts, ours) {
                #expect(query.hasPrefix(text), "psql: \(query)\nours: \(text)")
                #expect(withoutEdges(String(query.dropFirst(text.count))).isEmpty, "\(query)\n\(text)")
                compared += 1
            }
        }
        #expect(compared >= 200)
    }

    @Test(arguments: LexicalCorpus.beyondPsql)
    func `is split as the server reads it where psql errs`(_ example: (script: String, statements: [String])) {
        #expect(split(example.script) == example.statements)
        #expect(codes(example.script) == [])
    }

    @Test func `gets values where psql puts them`() throws {
        let script = """
            SELECT :'plain', ':''plain''', :"plain"."x" , a[1:2], 'a'::text; SELECT $$:'plain'$$, date:'plain';
            SELECT /* :'plain' */ :'plain'::text -- :'plain'
            , ":'plain'", (:'quoted') || :"quoted", :'plain'and 1; SELECT E'\\':''plain''', a::"plain", :'unset'
            """
        let values = ["plain": "value", "quoted": "O'Re\"illy"]
        let sent = try PsqlOracle.queries(of: [script], variables: values)[0].map { withoutEdges($0) }
        let ours = read(script).statements.map { statement in
            statement.bound { reference in
                guard let value = values[reference.name] else {
                    return reference.form == .literal ? ":'\(reference.name)'" : ":\"\(reference.name)\""
                }
                return quoted(value, by: reference.form == .literal ? "'" : "\"")
            }
        }
        #expect(sent.count == ours.count)
        for (query, text) in zip(sent, ours) {
            #expect(query.filter { $0 != " " && $0 != ";" } == text.filter { $0 != " " && $0 != ";" })
        }
    }

    private func quoted(_ value: String, by quote: Character) -> String {
        "\(quote)" + value.map { $0 == quote ? "\(quote)\(quote)" : "\($0)" }.joined() + "\(quote)"
    }

    /// Without blanks, comments and semicolons at the beginning; and without a semicolon at the end.
    private func withoutEdges(_ query: String) -> String {
        var scalars = Array(query.unicodeScalars)[...]
        while let first = scalars.first {
            if first == ";" || first.properties.isWhitespace {
                scalars.removeFirst()
            } else if scalars.starts(with: "--".unicodeScalars) {
                scalars = scalars.drop { $0 != "\n" && $0 != "\r" }
            } else if scalars.starts(with: "/*".unicodeScalars) {
                var depth = 0
                repeat {
                    if scalars.starts(with: "/*".unicodeScalars) {
                        depth += 1
                        scalars.removeFirst()
                    } else if scalars.starts(with: "*/".unicodeScalars) {
                        depth -= 1
                        scalars.removeFirst()
                    }
                    scalars.removeFirst()
                } while depth > 0 && !scalars.isEmpty
            } else {
                break
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
