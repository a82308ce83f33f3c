import Databases
import Diagnostics
import Statements

/// A statement that the built-in grammar refuses, to be put to the server it is meant for.
public struct ServerQuestion: Sendable, Hashable {
    /// The target's name.
    public let target: String
    /// The statement, with something in the place of variables.
    public let statement: String
}

/// What a server said to a statement it was to parse, and not to run.
public enum ServerVerdict: Sendable {
    /// It understands it; its name and version.
    case understood(by: String)
    /// It does not; its name and version, and its words.
    case refused(by: String, message: String)
}

extension PlanDraft {
    /// Reports what was found in a script; what the built-in grammar refuses is left to the server where it was asked.
    ///
    /// SQLite, which is at hand, is asked about each of its statements.
    mutating func heard(
        _ script: Script, on target: PlannedTarget, locate: (Range<Int>) -> SourceSpan
    ) -> Script {
        if target.engine == .sqlite {
            for statement in script.statements {
                guard let problem = request.sqliteProblem(Self.withPlaceholders(statement)) else { continue }
                findings.report(.sqliteRefuses(statement, problem, at: locate(statement.range)))
            }
        }
        guard script.findings.contains(where: { $0.code == StatementCodes.syntax }) else {
            findings.report(contentsOf: script.findings)
            return script
        }
        let asked = script.statements.map { statement in
            ServerQuestion(target: target.name, statement: Self.withPlaceholders(statement))
        }
        questions += asked
        let verdict = Self.worst(asked.map { request.verdicts[$0] })
        let heard = script.findings.map { finding in
            finding.code == StatementCodes.syntax ? finding.with(verdict) : finding
        }
        findings.report(contentsOf: heard)
        return Script(statements: script.statements, findings: heard)
    }

    /// A statement with something in the place of its variables.
    private static func withPlaceholders(_ statement: Statement) -> String {
        statement.bound { $0.form == .literal ? "'1'" : "\"\($0.name)\"" }
    }

    /// What all verdicts together say: one refusal or one question without an answer is enough.
    private static func worst(_ verdicts: [ServerVerdict?]) -> ServerVerdict? {
        let answered = verdicts.compactMap { $0 }
        guard answered.count == verdicts.count else { return nil }
        return answered.first { if case .refused = $0 { true } else { false } } ?? answered.first
    }
}

extension Diagnostic {
    fileprivate static func sqliteRefuses(
        _ statement: Statement, _ problem: String, at span: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            PlanningCodes.sqliteSyntax, "SQLite does not understand this \(statement.verb): \(problem)", at: span,
            help: "try it in the sqlite3 shell")
    }

    /// The finding of the built-in grammar with the server's verdict beside it, which decides.
    fileprivate func with(_ verdict: ServerVerdict?) -> Diagnostic {
        switch verdict {
        case nil:
            Diagnostic(
                code, message, at: span, label: label, related: related,
                help: (help.map { "\($0); " } ?? "") + "`--ask-server` lets the database judge it")
        case .understood(let server):
            Diagnostic(
                PlanningCodes.serverUnderstands,
                "the built-in grammar, PostgreSQL 15's, refuses this: \(message); \(server) understands it", at: span,
                severity: .warning, label: label, related: related,
                help: "nothing needs to be done; gonogo cannot tell what this statement does")
        case .refused(let server, let words):
            Diagnostic(
                code, message, at: span, label: label, related: related, help: "\(server) refuses it as well: \(words)")
        }
    }
}
