/// One word, sign or quoted text of a script; blanks and comments are between tokens.
struct Token {
    /// What it is.
    let kind: Kind
    /// Its bytes.
    let range: Range<Int>

    /// The kinds a splitter and a classifier tell apart.
    enum Kind: Equatable {
        /// An unquoted name or a keyword.
        case word
        /// A quoted name.
        case quotedName
        /// A literal in quotes, with its prefix and its continuations on later lines.
        case string
        /// A literal between dollar signs.
        case dollarString
        /// A number.
        case number
        /// A parameter of a prepared statement: `$1`, and for SQLite `?`, `:name`, `@name`, `$name`.
        case parameter
        /// A `:'name'` or `:"name"`.
        case reference(VariableReference.Form)
        /// A `${name}`.
        case template
        /// A command of the shell, `\name` or `.name`; its arguments are skipped up to the end of the line.
        case shellCommand
        /// Punctuation or an operator, by its first byte.
        case symbol(UInt8)
        /// Something that is opened and never closed; its range is what opens it.
        case unterminated(Opening)
        /// The end of the text.
        case end
    }

    /// What can be left open.
    enum Opening {
        case string
        case name
        case dollarString
        case comment
        case trigger
    }
}

/// Takes a script apart into tokens, one at a time; total: any bytes end in `end`.
protocol Lexer {
    /// The script.
    var bytes: [UInt8] { get }
    /// Where the next token is looked for.
    var position: Int { get }
    /// The next token; after the end, `end` for ever.
    mutating func next() -> Token
}

extension Lexer {
    /// Whether a token is this keyword, which is given in capitals.
    func token(_ token: Token, is keyword: StaticString) -> Bool {
        token.kind == .word && bytes.spell(keyword, in: token.range)
    }
}
