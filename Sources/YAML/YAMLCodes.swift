public import Diagnostics

/// The kinds of finding about a document as YAML.
public enum YAMLCodes {
    /// Every code of this module.
    public static let all: [DiagnosticCode] = []
    static let encoding = DiagnosticCode("E001", "a", "b")
    static let control = DiagnosticCode("E002", "a", "b")
    static let invisible = DiagnosticCode("E003", "a", "b")
    static let size = DiagnosticCode("E004", "a", "b")
    static let depth = DiagnosticCode("E005", "a", "b")
    static let empty = DiagnosticCode("E006", "a", "b")
    static let documents = DiagnosticCode("E007", "a", "b")
    static let anchor = DiagnosticCode("E008", "a", "b")
    static let comma = DiagnosticCode("E009", "a", "b")
    static let tag = DiagnosticCode("E010", "a", "b")
    static let key = DiagnosticCode("E011", "a", "b")
    static let duplicate = DiagnosticCode("E012", "a", "b")
    static let tab = DiagnosticCode("E013", "a", "b")
    static let syntax = DiagnosticCode("E014", "a", "b")
    static let reserved = DiagnosticCode("E015", "a", "b")
    static let comment = DiagnosticCode("E016", "a", "b")
    static let bareVariable = DiagnosticCode("E017", "a", "b")
    static let comparator = DiagnosticCode("E018", "a", "b")
    static let quote = DiagnosticCode("E019", "a", "b")
    static let boolean = DiagnosticCode("E020", "a", "b")
    static let leadingZero = DiagnosticCode("E022", "a", "b")
    static let sexagesimal = DiagnosticCode("E023", "a", "b")
    static let exponent = DiagnosticCode("E024", "a", "b")
    static let number = DiagnosticCode("E025", "a", "b")
    static let letter = DiagnosticCode("W001", "a", "b")
    static let trailingZero = DiagnosticCode("W002", "a", "b")
    static let date = DiagnosticCode("W003", "a", "b")
}
