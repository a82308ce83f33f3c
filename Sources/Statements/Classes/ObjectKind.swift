/// What a `CREATE`, `ALTER` or `DROP` is about.
struct ObjectKind {
    /// The words up to the kind: `OR REPLACE FUNCTION`, `UNIQUE INDEX`.
    let words: String
    /// The kind alone: `FUNCTION`, `INDEX`.
    let object: String

    /// Goes past the modifiers and the kind.
    static func read<Source: Lexer>(_ words: inout Words<Source>) -> ObjectKind {
        var read: [String] = []
        while modifiers.contains(words.keyword) {
            read.append(words.keyword)
            words.advance()
        }
        var kind = words.keyword
        guard !kind.isEmpty else { return ObjectKind(words: read.joined(separator: " "), object: "") }
        words.advance()
        while continued[kind]?.contains(words.keyword) ?? false {
            kind += " " + words.keyword
            words.advance()
        }
        return ObjectKind(words: (read + [kind]).joined(separator: " "), object: kind)
    }

    private static let modifiers: Set<String> = [
        "OR", "REPLACE", "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "UNIQUE", "RECURSIVE", "TRUSTED",
        "PROCEDURAL", "CONSTRAINT", "VIRTUAL",
    ]

    private static let continued: [String: Set<String>] = [
        "MATERIALIZED": ["VIEW"], "FOREIGN": ["TABLE", "DATA"], "FOREIGN DATA": ["WRAPPER"],
        "EVENT": ["TRIGGER"],
        "ACCESS": ["METHOD"], "USER": ["MAPPING"], "OPERATOR": ["CLASS", "FAMILY"], "LARGE": ["OBJECT"],
        "DEFAULT": ["PRIVILEGES", "CONVERSION"], "TEXT": ["SEARCH"],
        "TEXT SEARCH": ["CONFIGURATION", "DICTIONARY", "PARSER", "TEMPLATE"],
    ]
}
