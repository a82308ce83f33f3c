import Diagnostics
import Statements

/// A script read as a file of its own.
func read(_ bytes: [UInt8], _ dialect: SQLDialect = .postgres) -> Script {
    let source = SourceText(name: "a.sql", bytes: bytes)
    return Script.read(bytes, dialect: dialect) { source.span($0) }
}

/// A script read as a file of its own.
func read(_ text: String, _ dialect: SQLDialect = .postgres) -> Script { read(Array(text.utf8), dialect) }

/// The statements of a script as texts.
func split(_ text: String, _ dialect: SQLDialect = .postgres) -> [String] {
    read(text, dialect).statements.map(\.text)
}

/// The findings of a script as a person reads them.
func rendered(_ text: String, _ dialect: SQLDialect = .postgres) -> String {
    read(text, dialect).findings.map { $0.rendered() }.joined()
}

/// The codes found in a script.
func codes(_ text: String, _ dialect: SQLDialect = .postgres) -> [String] {
    read(text, dialect).findings.map(\.code.id)
}
