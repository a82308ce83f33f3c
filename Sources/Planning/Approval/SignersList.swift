/// A signers file as `ssh-keygen` reads it (ALLOWED SIGNERS in its manual), as far as it must be looked at here.
public struct SignersList: Sendable, Equatable {
    /// Its entries.
    public let entries: [Entry]
    /// The lines that are none, by number.
    public let unreadable: [Int]

    /// One line.
    public struct Entry: Sendable, Equatable {
        /// Its number, from 1.
        public let line: Int
        /// Whose key it is.
        public let principals: [String]
        /// What the key may sign; nil where that is not said.
        public let namespaces: [String]?
        /// Whether it is the key of an authority, which can make anybody a signer.
        public let isAuthority: Bool
        /// The key.
        public let key: [UInt8]

        /// Whether whoever has the key may call themselves by more than the names that are written.
        public var isOpen: Bool {
            isAuthority || principals.isEmpty || principals.contains { $0.contains { "*?!".contains($0) } }
        }
    }

    /// Takes the text of the file apart.
    public init(_ text: String) {
        var entries: [Entry] = []
        var unreadable: [Int] = []
        // At line feeds and nowhere else, as `ssh-keygen` does.
        for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let words = Self.words(Substring(line))
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if let entry = Self.entry(words, line: index + 1) {
                entries.append(entry)
            } else {
                unreadable.append(index + 1)
            }
        }
        self.entries = entries
        self.unreadable = unreadable
    }

    private static func entry(_ words: [String], line: Int) -> Entry? {
        let hasOptions = words.count > 1 && !isKeyType(words[1])
        let start = hasOptions ? 2 : 1
        guard words.count > start + 1, isKeyType(words[start]), let key = Base64.decode(words[start + 1]) else {
            return nil
        }
        let options = hasOptions ? split(words[1]) : []
        let namespaces = options.first { $0.lowercased().hasPrefix("namespaces=") }
            .map { unquoted(String($0.dropFirst("namespaces=".count))).split(separator: ",").map(String.init) }
        return Entry(
            line: line, principals: unquoted(words[0]).split(separator: ",").map(String.init), namespaces: namespaces,
            isAuthority: options.contains { $0.lowercased() == "cert-authority" }, key: key)
    }

    private static func isKeyType(_ word: String) -> Bool {
        ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].contains { word.hasPrefix($0) }
    }

    /// The words of a line; blanks between quotation marks belong to a word.
    private static func words(_ line: Substring) -> [String] {
        parts(line, at: { $0 == " " || $0 == "\t" || $0 == "\r" })
    }

    /// The options of a word, at commas that are not between quotation marks.
    private static func split(_ word: String) -> [String] { parts(word[...], at: { $0 == "," }) }

    private static func parts(_ text: Substring, at isBorder: (Character) -> Bool) -> [String] {
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        for letter in text {
            if letter == "\"" { isQuoted.toggle() }
            if !isQuoted, isBorder(letter) {
                if !part.isEmpty { parts.append(part) }
                part = ""
            } else {
                part.append(letter)
            }
        }
        return part.isEmpty ? parts : parts + [part]
    }

    private static func unquoted(_ text: String) -> String { text.filter { $0 != "\"" } }
}
