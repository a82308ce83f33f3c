public import Diagnostics

/// Something in a plan that a reviewer should know, with the way out.
public struct PlannedFinding: Sendable, Equatable {
    /// The code; `gonogo explain` says more.
    public let code: String
    /// Whether it can be left as it is.
    public let severity: Severity
    /// What was found, with the names of what it is about.
    public let message: String
    /// The one remedy.
    public let help: String?
    /// Where.
    public let place: Place
    /// The phase it is in.
    public let phase: String
    /// The step, where it is in one.
    public let step: String?
    /// Why it is left as it is, where somebody wrote so.
    public internal(set) var accepted: String?

    /// What goes with a rollback, where that is what was found.
    public internal(set) var loss: PlannedLoss?

    init(
        _ code: DiagnosticCode, _ message: String, help: String?, severity: Severity = .warning, at place: Place,
        phase: String, step: String?
    ) {
        self.code = code.id
        self.severity = severity
        self.message = message
        self.help = help
        self.place = place
        self.phase = phase
        self.step = step
    }
}
