import Diagnostics
import Planning
import Runbooks

extension PlannedStep {
    /// How it is done, a few words each: class, target, transaction, role, settings, limits.
    var facts: [String] {
        var facts = ["class \(stepClass.rawValue)", "on \(target.printable)"]
        if let script {
            facts.append("transaction \(script.transaction.rawValue)")
            if let role = script.role { facts.append("as \(role.printable)") }
            facts += script.settings.map(\.words)
        }
        if let timeout { facts.append("at most \(timeout.duration)") }
        if isRepeatable { facts.append("may run again") }
        return facts
    }
}

extension PlannedCheck {
    /// How it is asked, a few words each, as far as it is not as usual.
    var facts: [String] {
        var facts: [String] = []
        if severity == .warn { facts.append("only warns") }
        if mayWrite { facts.append("writes, rolled back") }
        if let retry { facts.append("again for \(retry.total.duration), every \(retry.every.duration)") }
        if let timeout { facts.append("at most \(timeout.duration)") }
        if let target { facts.append("on \(target.printable)") }
        if case .query(let query) = subject {
            if let role = query.role { facts.append("as \(role.printable)") }
            facts += query.settings.map(\.words)
        }
        return facts + each.map(\.words)
    }

    /// What is asked: a query, or a program and its arguments; raw.
    var question: String {
        switch subject {
        case .query(let query): query.statement.text
        case .command(let command): command.line
        }
    }

    /// Whether a program is asked.
    var isCommand: Bool { if case .command = subject { true } else { false } }
}

extension PlannedCommand {
    /// The program and its arguments; raw.
    var line: String { arguments.joined(separator: " ") }
}

extension PlannedSetting {
    /// `lock_timeout = 5s`.
    var words: String { "\(name.printable) = \(value.prose)" }
}

extension PlannedVariable {
    /// Its name and value; of a secret, where it is read from.
    var words: String { value.words(as: name) }
}

extension PlannedVariable.Value {
    /// The value under a name.
    func words(as name: String) -> String {
        switch self {
        case .text(let text): "\(name.prose) = \(text.prose)"
        case .secret: "\(name.prose) is a secret"
        }
    }
}
