import Diagnostics
import Runbooks

/// Compiles what must hold before and after the phases.
func compileChecks(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        draft.preconditions[index] = draft.compile(phase.preconditions, as: "precondition", in: phase)
        draft.checks[index] = draft.compile(phase.checks, as: "check", in: phase)
    }
}

extension PlanDraft {
    /// Checks with `for_each` become one check for each combination.
    mutating func compile(_ checks: [Check], as word: String, in phase: Phase) -> [PlannedCheck] {
        var result: [PlannedCheck] = []
        for check in checks {
            let rounds = check.combinations
            for round in rounds {
                let number = result.count + 1
                let suffix = rounds.count > 1 ? "-" + round.map(\.value).joined(separator: "-") : ""
                let id = check.id.map { $0.value + suffix } ?? "\(word)-\(number)"
                if let planned = compile(check, as: id, in: phase, round: round) { result.append(planned) }
            }
        }
        return result
    }

    /// One check, with the values of one round of `for_each`.
    mutating func compile(
        _ check: Check, as id: String, in phase: Phase, round: [PlannedSetting] = [],
        inheriting inherited: Located<String>? = nil
    ) -> PlannedCheck? {
        let target = target(check.target ?? inherited, in: phase)
        let name = check.title(in: round)
        var asked = target
        let subject: PlannedCheck.Subject
        switch check.subject {
        case .command(let command):
            subject = .command(compile(command))
            asked = nil
        case .capture:
            guard let site = captureSite(check, in: phase) else { return nil }
            subject = .query(site.capture.query)
            asked = targets[check.target?.value ?? site.target]
        case .query(let text):
            guard let target else { return nil }
            let statement = compileQuery(
                text, on: target, mayWrite: check.mayWrite, each: round.map(\.name), owner: "check `\(name)`")
            guard let statement else { return nil }
            if case .sameAs = check.expectation { _ = captureSite(check, in: phase) }
            subject = .query(
                PlannedQuery(
                    statement: statement, role: role(check.role, on: target),
                    settings: settings(own: check.session, in: phase, on: target)))
        }
        return PlannedCheck(
            id: "\(phase.id.value)/\(id)", name: name, subject: subject,
            expectation: PlannedExpectation(check.expectation), target: asked?.name, severity: check.severity,
            retry: check.retry.map { PlannedRetry(total: $0.total.milliseconds, every: $0.every.milliseconds) },
            mayWrite: check.mayWrite, timeout: check.timeout?.milliseconds, each: round, place: place(check.span))
    }

    /// The capture a check compares with; reported unless it is surely made before the check asks.
    private mutating func captureSite(_ check: Check, in phase: Phase) -> CaptureSite? {
        guard case .sameAs(let name) = check.expectation else { return nil }
        guard let site = captures[name.value] else {
            findings.report(.unknownCapture(name, known: captures.keys.sorted()))
            return nil
        }
        let here = positions[phase.id.value] ?? 0
        if here != site.phase, !comesAfter(here, site.phase) {
            findings.report(.captureTooLate(name, phase: phase.id.value, maker: runbook.phases[site.phase].id.value))
        }
        return site
    }

    /// Whether one phase needs another, directly or through others.
    private func comesAfter(_ phase: Int, _ other: Int) -> Bool {
        var seen: Set<Int> = [phase]
        var waiting = [phase]
        while let next = waiting.popLast() {
            for need in needs[next] where seen.insert(need).inserted {
                if need == other { return true }
                waiting.append(need)
            }
        }
        return false
    }
}

extension Check {
    /// Every combination of the values of `for_each`, the first name varying slowest; one empty round without it.
    fileprivate var combinations: [[PlannedSetting]] {
        forEach.reduce([[]]) { rounds, entry in
            rounds.flatMap { round in
                entry.values.map { round + [PlannedSetting(name: entry.name.value, value: $0)] }
            }
        }
    }

    /// Its name with the values of the round in place, or words made from what it asks.
    fileprivate func title(in round: [PlannedSetting]) -> String {
        guard var title = name else {
            switch subject {
            case .query(let text): return text.text.shortened
            case .command(let command):
                switch command.invocation {
                case .shell(let text): return text.shortened
                case .program(let arguments): return arguments.joined(separator: " ").shortened
                }
            case .capture: return "as captured"
            }
        }
        for value in round { title = title.replacing("${each.\(value.name)}", with: value.value) }
        return title
    }
}

extension String {
    /// One line of at most 60 characters.
    fileprivate var shortened: String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= 60 ? line : line.prefix(57) + "..."
    }
}

extension PlannedExpectation {
    init(_ expectation: Expectation) {
        self =
            switch expectation {
            case .value(let literal): .value(literal)
            case .bounds(let bounds): .bounds(bounds)
            case .contains(let text): .contains(text)
            case .matches(let pattern): .matches(pattern)
            case .rows(let bounds): .rows(bounds)
            case .row(let columns): .row(columns.map { ColumnValue(column: $0.column.value, value: $0.value) })
            case .set(let values): .set(values)
            case .includes(let values): .includes(values)
            case .table(let rows): .table(rows)
            case .sameAs(let name): .sameAs(name.value)
            case .usesIndex(let name): .usesIndex(name.value)
            case .failure(let sqlstate, let text): .failure(sqlstate: sqlstate, contains: text)
            case .command(let exit, let output): .command(exit: exit, output: output.map(PlannedOutput.init))
            }
    }
}

extension PlannedOutput {
    fileprivate init(_ expectation: Expectation.OutputExpectation) {
        self =
            switch expectation {
            case .value(let literal): .value(literal)
            case .bounds(let bounds): .bounds(bounds)
            case .contains(let text): .contains(text)
            case .matches(let pattern): .matches(pattern)
            }
    }
}

extension Diagnostic {
    fileprivate static func unknownCapture(_ name: Located<String>, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.captureOrder, "no step captures `\(name.value)`", at: name.span,
            help: known.nearest(to: name.value).map { "did you mean `\($0)`?" }
                ?? (known.isEmpty
                    ? "add a step `capture: {name: \(name.value), query: ...}` to an earlier phase"
                    : "there is \(known.ticked("and"))"))
    }

    fileprivate static func captureTooLate(_ name: Located<String>, phase: String, maker: String) -> Diagnostic {
        Diagnostic(
            PlanningCodes.captureOrder,
            "phase `\(phase)` does not wait for phase `\(maker)`, which captures `\(name.value)`", at: name.span,
            help: "add `\(maker)` to the `needs` of `\(phase)`")
    }
}
