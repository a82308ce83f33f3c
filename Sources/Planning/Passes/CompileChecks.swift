import Diagnostics
import Runbooks

/// Compiles the conditions, and what must hold before and after the phases.
func compileChecks(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        let id = phase.id.value
        if case .query(let check)? = phase.condition {
            let site = CheckSite(id + "/if", in: phase, at: .start)
            draft.conditions[index] = draft.compile([check], as: site, numbered: false).first
        }
        draft.preconditions[index] = draft.compile(
            phase.preconditions, as: CheckSite(id + "/precondition", in: phase, at: .start))
        draft.checks[index] = draft.compile(phase.checks, as: CheckSite(id + "/check", in: phase, at: .end))
    }
}

/// Where checks stand.
struct CheckSite {
    /// The id of those that have none, before a number.
    let id: String
    let phase: Phase
    let moment: Moment
    /// The database they ask where they say nothing.
    let target: Located<String>?

    init(_ id: String, in phase: Phase, at moment: Moment, inheriting target: Located<String>? = nil) {
        self.id = id
        self.phase = phase
        self.moment = moment
        self.target = target
    }

    /// The whole id of one round of a check.
    func id(of check: Check, _ round: [PlannedSetting], among rounds: Int, number: Int?) -> String {
        guard let own = check.id else { return number.map { "\(id)-\($0)" } ?? id }
        let suffix = rounds > 1 ? "-" + round.map(\.value).joined(separator: "-") : ""
        return id.prefix(through: id.lastIndex(of: "/") ?? id.startIndex) + own.value + suffix
    }
}

extension PlanDraft {
    /// Checks with `for_each` become one check for each combination.
    mutating func compile(_ checks: [Check], as site: CheckSite, numbered: Bool = true) -> [PlannedCheck] {
        var result: [PlannedCheck] = []
        var number = 0
        for check in checks {
            guard let rounds = rounds(of: check), let asked = compileSubject(of: check, at: site) else { continue }
            let expectation = expand(check.expectation, of: check)
            for round in rounds {
                number += 1
                let id = site.id(of: check, round, among: rounds.count, number: numbered ? number : nil)
                let span = check.id?.span ?? check.span
                if let first = checkIDs.updateValue(span, forKey: id), !isTwin(site.phase) {
                    findings.report(.duplicateID("check", id, at: span, first: first))
                }
                result.append(
                    PlannedCheck(
                        id: id, name: title(of: check, in: round), subject: asked.subject, expectation: expectation,
                        target: asked.target, severity: check.severity,
                        retry: check.retry.map {
                            PlannedRetry(total: $0.total.milliseconds, every: $0.every.milliseconds)
                        },
                        mayWrite: check.mayWrite, timeout: check.timeout?.milliseconds, each: round,
                        place: place(check.span)))
            }
        }
        return result
    }

    /// What a check asks, and the database it asks; the same in every round.
    private mutating func compileSubject(
        of check: Check, at site: CheckSite
    ) -> (subject: PlannedCheck.Subject, target: String?)? {
        var capture: CaptureSite?
        if case .sameAs(let name) = check.expectation {
            capture = captureSite(name, at: site.moment, in: site.phase)
        }
        switch check.subject {
        case .command(let command):
            return (.command(compile(command, near: check.span)), nil)
        case .query(let text):
            guard let target = target(check.target ?? site.target, in: site.phase) else { return nil }
            let statement = compileQuery(text, on: target, owner: "check `\(check.shortName)`", check: check)
            guard let statement else { return nil }
            let query = PlannedQuery(
                statement: statement, role: role(check.role, on: target),
                settings: settings(own: check.session, in: site.phase, on: target))
            return (.query(query), target.name)
        case .capture:
            guard let capture else { return nil }
            return askAgain(capture, for: check, at: site)
        }
    }

    /// The query of a capture, under the role and the settings of the check where it has its own.
    private mutating func askAgain(
        _ capture: CaptureSite, for check: Check, at site: CheckSite
    ) -> (subject: PlannedCheck.Subject, target: String?)? {
        guard let target = check.target == nil ? capture.target : target(check.target, in: site.phase) else {
            return nil
        }
        let query = capture.capture.query
        let isElsewhere = target.engine != capture.target.engine
        let statement =
            isElsewhere ? compileQuery(capture.text, on: target, owner: "check `\(check.shortName)`") : query.statement
        guard let statement else { return nil }
        let asksAnew = isElsewhere || !check.session.isEmpty
        return (
            .query(
                PlannedQuery(
                    statement: statement,
                    role: check.role == nil && !isElsewhere ? query.role : role(check.role, on: target),
                    settings: asksAnew ? settings(own: check.session, in: site.phase, on: target) : query.settings)),
            target.name
        )
    }

    /// Every combination of the values of `for_each`, the first name varying slowest; one empty round without it.
    private mutating func rounds(of check: Check) -> [[PlannedSetting]]? {
        var count = 1
        for entry in check.forEach {
            count = count.multipliedReportingOverflow(by: entry.values.count).partialValue
            guard count <= Self.mostRounds else {
                findings.report(.tooManyRounds(entry.name, Self.mostRounds))
                return nil
            }
        }
        return check.forEach.reduce([[]]) { rounds, entry in
            rounds.flatMap { round in
                entry.values.map { round + [PlannedSetting(name: entry.name.value, value: $0)] }
            }
        }
    }

    private static let mostRounds = 1000

    /// Its name with the values of the round in place, or words made from what it asks.
    private mutating func title(of check: Check, in round: [PlannedSetting]) -> String {
        check.name.map { expand($0, near: check.span, round: round) } ?? check.shortName
    }
}

extension Check {
    /// Its name as written, or the beginning of what it asks.
    var shortName: String {
        if let name { return name }
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
}

extension String {
    /// One line of at most 60 characters.
    fileprivate var shortened: String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= 60 ? line : line.prefix(57) + "..."
    }
}

extension Diagnostic {
    fileprivate static func tooManyRounds(_ name: Located<String>, _ limit: Int) -> Diagnostic {
        Diagnostic(
            PlanningCodes.rounds, "`for_each` makes more than \(Count(limit, "check"))", at: name.span,
            help: "ask one query about all of them")
    }
}
