public import Diagnostics

/// The kinds of finding about a document as a runbook.
public enum RunbookCodes {
    /// Every code of this module.
    public static let all: [DiagnosticCode] = []
    static let root = DiagnosticCode("E101", "a", "b")
    static let version = DiagnosticCode("E102", "a", "b")
    static let unknownKey = DiagnosticCode("E103", "a", "b")
    static let missingKey = DiagnosticCode("E105", "a", "b")
    static let type = DiagnosticCode("E106", "a", "b")
    static let notYet = DiagnosticCode("E107", "a", "b")
    static let name = DiagnosticCode("E108", "a", "b")
    static let duplicateID = DiagnosticCode("E109", "a", "b")
    static let verb = DiagnosticCode("E110", "a", "b")
    static let emptyPhase = DiagnosticCode("E111", "a", "b")
    static let noExpectation = DiagnosticCode("E112", "a", "b")
    static let subject = DiagnosticCode("E113", "a", "b")
    static let expectation = DiagnosticCode("E114", "a", "b")
    static let comparator = DiagnosticCode("E115", "a", "b")
    static let noRollback = DiagnosticCode("E116", "a", "b")
    static let rollbackForm = DiagnosticCode("E117", "a", "b")
    static let reason = DiagnosticCode("E118", "a", "b")
    static let misplacedKey = DiagnosticCode("E119", "a", "b")
    static let choice = DiagnosticCode("E120", "a", "b")
    static let duration = DiagnosticCode("E121", "a", "b")
    static let quantity = DiagnosticCode("E122", "a", "b")
    static let unsetVariable = DiagnosticCode("E123", "a", "b")
    static let malformedVariable = DiagnosticCode("E124", "a", "b")
    static let variableInSQL = DiagnosticCode("E125", "a", "b")
    static let variableInShell = DiagnosticCode("E126", "a", "b")
    static let parameterInShell = DiagnosticCode("E127", "a", "b")
    static let secretInClear = DiagnosticCode("E128", "a", "b")
    static let misplacedReference = DiagnosticCode("E129", "a", "b")
    static let contradiction = DiagnosticCode("E130", "a", "b")
}
