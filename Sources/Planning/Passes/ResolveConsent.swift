import Diagnostics
import Runbooks

/// Resolves who may approve, and makes sure that enough people can.
func resolveConsent(_ draft: inout PlanDraft) {
    let runbook = draft.runbook
    let roles = runbook.roles.map { role in
        PlannedRole(
            name: role.name.value, title: role.title.map { draft.expand($0, near: role.name.span) },
            members: role.members.map { draft.expand($0).value })
    }
    draft.consent = PlannedConsent(
        authors: runbook.authors.map { draft.expand($0).value }, roles: roles,
        approvals: runbook.approvals.map { rule in
            PlannedApprovals(
                required: rule.required.value, roles: rule.roles.map(\.value), notAuthor: rule.notAuthor.value,
                expires: rule.expires?.milliseconds)
        })
    if let rule = runbook.approvals { draft.check(rule) }
}

extension PlanDraft {
    fileprivate mutating func check(_ rule: ApprovalRule) {
        let known = runbook.roles.map(\.name.value)
        let unknown = rule.roles.filter { !known.contains($0.value) }
        for role in unknown { findings.report(.unknownRole(role, known: known)) }
        let authors = Identities(authorsOf: consent, owner: owner)
        if rule.notAuthor.value, authors.isEmpty { findings.report(.unknownAuthor(rule.notAuthor)) }
        guard unknown.isEmpty else { return }
        var people = Identities(rule.roles.flatMap { consent.role($0.value)?.members ?? [] })
        if rule.notAuthor.value { people.subtract(authors) }
        if people.count < rule.required.value {
            findings.report(.tooFewMembers(rule.required, people.count, rule.notAuthor.value))
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownRole(_ role: Located<String>, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.unknownRole, "`\(role.value)` is not a role of this runbook", at: role.span,
            help: known.nearest(to: role.value).map { "did you mean `\($0)`?" }
                ?? (known.isEmpty ? "name it under `roles`, with its members" : "`roles` names \(known.ticked("and"))"))
    }

    fileprivate static func unknownAuthor(_ rule: Located<Bool>) -> Diagnostic {
        Diagnostic(
            PlanningCodes.unknownAuthor, "nobody is known as author", at: rule.span,
            help: "write `owner`, or `authors`, as the members of roles are written")
    }

    fileprivate static func tooFewMembers(
        _ required: Located<Int>, _ count: Int, _ isWithoutAuthors: Bool
    ) -> Diagnostic {
        let people = Count(count, "person", plural: "people").description
        return Diagnostic(
            PlanningCodes.tooFewMembers,
            "`required` is \(required.value), and only \(people) may approve\(isWithoutAuthors ? ", authors left out" : "")",
            at: required.span, help: "require fewer, or name more members")
    }
}
