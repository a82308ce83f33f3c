public import Diagnostics

/// A kind of finding about what a plan does.
typealias ReviewCode = DiagnosticCode

/// What can be wrong with what a plan does, though it can be carried out.
public enum ReviewCodes {
    /// All of them.
    public static let all =
        rollback + schema + locks + rowWork + values + access + checks + commands + sqlite + budgets
}
