import Diagnostics
import YAML

/// Makes phases from trees that fit their tables.
struct PhaseBuilder {
    private let checks = CheckBuilder()

    func phase(_ node: Node) -> Phase? {
        guard let fields = Fields(node), let id = fields.located("id") else { return nil }
        return Phase(
            id: id,
            title: fields.text("title"),
            description: fields.text("description"),
            needs: fields.has("needs") ? fields.items("needs").compactMap(\.located) : nil,
            condition: Fields(fields["if"]).flatMap(condition),
            target: fields.located("target"),
            session: settings(fields),
            preconditions: checks.checks(fields, "preconditions"),
            steps: steps(fields),
            checks: checks.checks(fields, "checks"),
            gate: Fields(fields["gate"]).flatMap(gate),
            rollback: fields["rollback"].flatMap(rollback),
            accepted: acceptances(fields),
            onFailure: fields.choice("on_failure"),
            estimate: fields.estimate("estimate"),
            timeout: fields.duration("timeout")
        )
    }

    /// The steps of a phase: those it lists, or the one whose verb it carries.
    private func steps(_ fields: Fields) -> [Step] {
        if fields.has("steps") { return fields.items("steps").compactMap { Fields($0).flatMap(step) } }
        return verb(fields).map { verb, span in
            [
                Step(
                    id: nil,
                    title: nil,
                    verb: verb,
                    target: nil,
                    transaction: transaction(fields),
                    role: fields.located("as"),
                    session: [],
                    doneWhen: doneWhen(fields),
                    isRepeatable: fields.has("retry"),
                    timeout: nil,
                    span: span
                )
            ]
        } ?? []
    }

    func step(_ fields: Fields) -> Step? {
        guard let (verb, span) = verb(fields) else { return nil }
        return Step(
            id: fields.located("id"),
            title: fields.text("name"),
            verb: verb,
            target: fields.located("target"),
            transaction: transaction(fields),
            role: fields.located("as"),
            session: settings(fields),
            doneWhen: doneWhen(fields),
            isRepeatable: fields.has("retry"),
            timeout: fields.duration("timeout"),
            span: span
        )
    }

    private func transaction(_ fields: Fields) -> Located<TransactionMode>? {
        guard let text = fields.located("transaction"), let mode = TransactionMode(rawValue: text.value)
        else {
            return nil
        }
        return Located(mode, at: text.span)
    }

    private func doneWhen(_ fields: Fields) -> Check? { Fields(fields["done_when"]).flatMap(checks.check) }

    private func verb(_ fields: Fields) -> (Verb, SourceSpan)? {
        for name in Tables.verbs {
            guard let key = fields.key(name), let verb = verb(name, fields) else { continue }
            return (verb, key.span)
        }
        return nil
    }

    private func verb(_ name: String, _ fields: Fields) -> Verb? {
        switch name {
        case "sql": fields.located(name).map(Verb.sql)
        case "statement": fields[name]?.inline.map(Verb.statement)
        case "run": command(fields).map(Verb.run)
        case "backup": fields.located(name).map(Verb.backup)
        default: Fields(fields[name]).flatMap(capture).map(Verb.capture)
        }
    }

    private func capture(_ fields: Fields) -> Capture? {
        guard let name = fields.located("name"), let query = fields["query"]?.inline else { return nil }
        return Capture(name: name, query: query, fingerprint: fields.boolean("fingerprint") ?? false)
    }

    private func condition(_ fields: Fields) -> Condition? {
        if let name = fields.located("var") {
            return .variable(name, equals: fields["equals"]?.literal ?? .boolean(true))
        }
        return checks.check(fields).map(Condition.query)
    }

    private func gate(_ fields: Fields) -> Gate? {
        guard let question = fields.located("question") else { return nil }
        return Gate(
            question: question,
            deciders: fields.items("deciders").compactMap(\.located),
            timeout: fields.duration("timeout"),
            onNoGo: fields.choice("on_no_go"),
            moment: fields.choice("at") ?? .end,
            span: fields.span
        )
    }

    private func rollback(_ node: Node) -> Rollback? {
        guard let fields = Fields(node) else {
            guard let path = node.located else { return nil }
            let step = Step(
                id: nil,
                title: nil,
                verb: .sql(path),
                target: nil,
                transaction: nil,
                role: nil,
                session: [],
                doneWhen: nil,
                isRepeatable: false,
                timeout: nil,
                span: node.span
            )
            return .steps([step], checks: [], estimate: nil, span: node.span)
        }
        if let reason = fields.text("none") { return .nothing(reason: reason, span: node.span) }
        if let reason = fields.text("irreversible") { return .irreversible(reason: reason, span: node.span) }
        let steps =
            fields.has("steps")
            ? fields.items("steps").compactMap { Fields($0).flatMap(step) } : step(fields).map { [$0] } ?? []
        guard !steps.isEmpty else { return nil }
        return .steps(
            steps,
            checks: checks.checks(fields, "checks"),
            estimate: fields.estimate("estimate"),
            span: node.span
        )
    }
}
