import Diagnostics
import Runbooks

/// Puts variables in place in what the runbook and its phases say of themselves, and in the questions of gates.
func expandTexts(_ draft: inout PlanDraft) {
    let runbook = draft.runbook
    let head = draft.head
    draft.title = runbook.title.map { draft.expand($0, near: head) }
    draft.description = runbook.description.map { draft.expand($0, near: head) }
    draft.owner = runbook.owner.map { draft.expand($0, near: head) }
    for (index, phase) in runbook.phases.enumerated() {
        let region = draft.region(of: index)
        draft.titles[index].title = phase.title.map { draft.expand($0, near: region) }
        draft.titles[index].description = phase.description.map { draft.expand($0, near: region) }
        draft.gates[index] = phase.gate.map { gate in
            PlannedGate(
                question: draft.expand(gate.question).value,
                deciders: gate.deciders.map(\.value),
                timeout: gate.timeout?.milliseconds,
                onNoGo: gate.onNoGo ?? phase.onFailure ?? runbook.onFailure,
                moment: gate.moment,
                place: draft.place(gate.span))
        }
    }
}

extension PlanDraft {
    /// What stands above the phases.
    var head: SourceSpan {
        let source = runbook.source
        return source.span(0..<(runbook.phases.first?.span.range.lowerBound ?? source.bytes.count))
    }

    /// From the id of a phase to that of the next.
    func region(of phase: Int) -> SourceSpan {
        let start = runbook.phases[phase].span.range.lowerBound
        let end =
            phase + 1 < runbook.phases.count
            ? runbook.phases[phase + 1].span.range.lowerBound : runbook.source.bytes.count
        return runbook.source.span(start..<max(start, end))
    }

    /// From the id of a phase to that of the next.
    func region(of phase: Phase) -> SourceSpan { positions[phase.id.value].map(region) ?? phase.span }

    /// A text with its variables in place.
    mutating func expand(_ text: Located<String>) -> Located<String> {
        Located(expand(text.value, near: text.span), at: text.span)
    }

    /// A text with `${vars.name}` and `${each.name}` in place, and `$${` as `${`; what cannot be is reported near where
    /// it is written.
    mutating func expand(_ text: String, near span: SourceSpan, round: [PlannedSetting] = []) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if let reference = TextReference(rest) {
                result += value(of: reference, near: span, round: round)
                rest = rest.dropFirst(reference.written.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }

    /// A literal with its variables in place; one reference alone has the type of its variable.
    mutating func expand(_ literal: Literal, near span: SourceSpan) -> Literal {
        guard case .text(let text) = literal, text.utf8.contains(UInt8(ascii: "$")) else { return literal }
        let value = expand(text, near: span)
        guard let reference = TextReference(text[...]), reference.written == text,
            let variable = definitions[reference.name]
        else { return .text(value) }
        switch variable.type {
        case .string: return .text(value)
        case .boolean: return .boolean(value == "true")
        case .number: return Int64(value).map(Literal.integer) ?? .number(value)
        }
    }

    private mutating func value(
        of reference: TextReference, near span: SourceSpan, round: [PlannedSetting]
    ) -> String {
        let place = Located(reference.name, at: span.place(of: reference.written))
        switch reference.scope {
        case .each:
            if let entry = round.first(where: { $0.name == reference.name }) { return entry.value }
            findings.report(.unknownRound(place, known: round.map(\.name)))
        case .vars:
            guard let variable = variable(place) else { break }
            if variable.secret != nil {
                findings.report(.secretInText(place))
            } else if case .text(let text)? = variables[reference.name]?.value {
                return text
            }
        }
        return ""
    }
}

/// One `${vars.name}` or `${each.name}` at the beginning of a text.
struct TextReference {
    let written: Substring
    let scope: Scope
    let name: String

    enum Scope: String {
        case vars
        case each
    }

    init?(_ text: Substring) {
        guard text.hasPrefix("${"), let end = text.firstIndex(of: "}") else { return nil }
        let parts = text[..<end].dropFirst(2).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let scope = Scope(rawValue: String(parts[0])), !parts[1].isEmpty,
            parts[1].utf8.allSatisfy(\.isWord)
        else { return nil }
        written = text[...end]
        self.scope = scope
        name = String(parts[1])
    }
}

extension UInt8 {
    fileprivate var isWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension SourceSpan {
    /// The first place within it where a text is written; all of it when it is written otherwise.
    func place(of text: some StringProtocol) -> SourceSpan {
        let wanted = Array(text.utf8)
        let bytes = source.bytes
        let end = min(range.upperBound, bytes.count)
        guard let first = wanted.first, wanted.count <= end - range.lowerBound else { return self }
        for start in range.lowerBound...(end - wanted.count) where bytes[start] == first {
            let found = start..<start + wanted.count
            if bytes[found].elementsEqual(wanted) { return source.span(found) }
        }
        return self
    }
}

extension Diagnostic {
    fileprivate static func secretInText(_ name: Located<String>) -> Diagnostic {
        Diagnostic(
            PlanningCodes.secretInText, "`\(name.value)` is secret and cannot stand in a text", at: name.span,
            help: "SQL may refer to it as :'\(name.value)'; a program gets it with `env: { NAME: { env: SOURCE } }`")
    }

    fileprivate static func unknownRound(_ name: Located<String>, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.unknownVariable, "`for_each` of this check has no `\(name.value)`", at: name.span,
            help: known.nearest(to: name.value).map { "did you mean `${each.\($0)}`?" }
                ?? (known.isEmpty ? "add `for_each` to the check" : "it has \(known.ticked("and"))"))
    }
}
