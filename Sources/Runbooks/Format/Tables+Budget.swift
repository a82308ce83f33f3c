import Diagnostics
import YAML

/// How long something may take, and what it may cost to take it back.
extension Tables {
    /// One length of time, or a range.
    static let estimate = Shape.either(scalar: .duration, list: nil, mapping: .object(range))

    private static let range = KeyTable(
        "range",
        "How long something takes: not less than one length of time, not more than another.",
        keys: [
            Key("from", .duration, "The least.", required: true),
            Key("to", .duration, "The most, which is what is expected.", required: true),
        ],
        hints: ["min": "write `from`", "max": "write `to`"],
        rules: [BudgetRules.rangeRunsForward]
    )

    static let window = KeyTable(
        "window",
        "The time in which a run may go forward; what cannot be taken back before its end is not begun.",
        keys: [
            Key("length", .duration, "How long it is.", required: true),
            Key("start", .moment, "When it begins, with its offset; with the run unless said."),
        ],
        hints: [
            "duration": "write `length`", "end": "write `length`", "from": "write `start`",
        ],
        rules: [BudgetRules.windowHasLength]
    )

    static let objective = KeyTable(
        "objective",
        "What taking back may cost.",
        keys: [
            Key("rollback", .duration, "How long it may take to take everything back."),
            Key(
                "data_loss", .choice(DataLoss.allCases.map(\.rawValue)),
                "Which data a rollback may lose: `none`, or what was written `since-backup`."),
        ],
        rules: [BudgetRules.objectiveSaysSomething]
    )
}

/// What no table of keys can say of lengths of time.
enum BudgetRules {
    /// A range does not end before it begins.
    static let rangeRunsForward: KeyTable.Rule = { range, findings in
        guard let from = range.written("from"), let to = range.written("to"),
            let least = DurationText.parse(from.value), let most = DurationText.parse(to.value), least > most
        else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.contradiction, "the range ends at \(to.value.ticked), before \(from.value.ticked)",
                at: to.span, related: [Diagnostic.Related("it begins here", at: from.span)],
                help: "write the shorter time under `from`"))
    }

    /// In no time nothing can run.
    static let windowHasLength: KeyTable.Rule = { window, findings in
        guard let length = window.written("length"), DurationText.parse(length.value) == .zero else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.duration, "a window without length lets nothing run", at: length.span,
                help: "write how long it is, such as `6h`, or leave `window` out"))
    }

    /// An objective that names none would be taken for one that is met.
    static let objectiveSaysSomething: KeyTable.Rule = { objective, findings in
        guard objective.keys.isEmpty else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.missingKey, "`slo` names no objective", at: objective.node.span.head,
                help: "add `rollback: 30m` or `data_loss: none`"))
    }
}
