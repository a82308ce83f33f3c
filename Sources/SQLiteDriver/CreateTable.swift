import Databases

/// A table's text, taken apart into what can change by itself: columns, constraints, and the rest.
struct CreateTable {
    /// One entry for the table, and one for each part.
    let entries: [CatalogEntry]

    /// Takes the text apart that SQLite keeps of a table.
    init(_ text: String, name: String) {
        let words = Array(Words(text))
        let open = words.firstIndex(of: "(") ?? words.endIndex
        guard open < words.endIndex, !words.prefix(open).contains(where: { $0.uppercased() == "VIRTUAL" })
        else {
            entries = [CatalogEntry(kind: "virtual table", name: name, definition: words.joinedAsText)]
            return
        }
        let (parts, close) = Self.parts(of: words, from: open)
        let options = words[close...].dropFirst().map { $0.uppercased() }.joined(separator: " ")
        let table = CatalogEntry(kind: "table", name: name, definition: options)
        entries = [table] + Self.entries(parts, of: name)
    }

    /// What stands between the commas of the outermost parentheses, and where those end.
    private static func parts(of words: [String], from open: Int) -> (parts: [[String]], close: Int) {
        var parts: [[String]] = [[]]
        var depth = 1
        for index in words.indices.dropFirst(open + 1) {
            let word = words[index]
            if word == "(" { depth += 1 }
            if word == ")" { depth -= 1 }
            if depth == 0 { return (parts, index) }
            if depth == 1, word == "," {
                parts.append([])
            } else {
                parts[parts.count - 1].append(word)
            }
        }
        return (parts, words.endIndex)
    }

    /// A constraint without a name is named by what it says.
    private static func entries(_ parts: [[String]], of table: String) -> [CatalogEntry] {
        var seen: [String: Int] = [:]
        var rank = 0
        return parts.filter { !$0.isEmpty }.map { part in
            let definition = part.joinedAsText
            guard ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].contains(part[0].uppercased())
            else {
                rank += 1
                let name = "\(table).\(part[0].unquoted)"
                return CatalogEntry(
                    kind: "column",
                    name: name,
                    definition: Array(part.dropFirst()).joinedAsText,
                    arrangement: String(rank)
                )
            }
            let label = part[0].uppercased() == "CONSTRAINT" && part.count > 1 ? part[1].unquoted : definition
            seen[label, default: 0] += 1
            let suffix = seen[label, default: 1] > 1 ? " #\(seen[label, default: 1])" : ""
            return CatalogEntry(
                kind: "constraint",
                name: "\(table).\(label)\(suffix)",
                definition: definition
            )
        }
    }
}

extension Words {
    /// The words with single blanks between them, each written the same whatever its quotation marks.
    var normalised: String { Array(self).joinedAsText }
}

extension [String] {
    fileprivate var joinedAsText: String { map(\.withoutNeedlessQuotes).joined(separator: " ") }
}

extension String {
    /// `"orders"` as `orders`; SQLite adds such marks when a table is renamed.
    fileprivate var withoutNeedlessQuotes: String {
        guard let first, first == "\"" || first == "`" || first == "[" else { return self }
        let name = unquoted
        let isPlain =
            name.first?.isLetter == true
            && name.utf8.allSatisfy { byte in
                byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte)
            }
        return isPlain ? name : "\"\(name.replacing("\"", with: "\"\""))\""
    }
}
