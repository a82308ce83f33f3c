import Diagnostics
import YAML

/// Makes checks from trees that fit their tables.
struct CheckBuilder {
    func checks(_ fields: Fields, _ key: String) -> [Check] {
        fields.items(key).compactMap { Fields($0).flatMap(check) }
    }

    func check(_ fields: Fields) -> Check? {
        guard let expect = fields["expect"], let expectation = expectation(expect) else { return nil }
        return Check(
            id: fields.located("id"),
            name: fields.text("name"),
            subject: subject(fields),
            expectation: expectation,
            target: fields.located("target"),
            role: fields.located("as"),
            session: settings(fields),
            forEach: fields.pairs("for_each").map {
                ($0.key, $0.value.items.compactMap { $0.located?.value })
            },
            severity: fields.choice("severity") ?? .error,
            retry: Fields(fields["retry"]).flatMap(retry),
            mayWrite: fields.has("transaction"),
            timeout: fields.duration("timeout"),
            span: fields.span
        )
    }

    private func subject(_ fields: Fields) -> Check.Subject {
        if let query = fields["query"]?.inline { return .query(query) }
        return command(fields).map(Check.Subject.command) ?? .capture
    }

    private func retry(_ fields: Fields) -> Check.Retry? {
        guard let total = fields.duration("for"), let every = fields.duration("every") else { return nil }
        return Check.Retry(total: total, every: every)
    }

    private func expectation(_ node: Node) -> Expectation? {
        guard let fields = Fields(node) else { return node.literal.map(Expectation.value) }
        if let simple = single(fields) ?? several(fields) { return simple }
        if let name = fields.located("same_as") { return .sameAs(name) }
        if let plan = Fields(fields["plan"]) { return plan.located("uses_index").map(Expectation.usesIndex) }
        if let error = Fields(fields["error"]) {
            return .failure(sqlstate: error.text("sqlstate"), contains: error.text("contains"))
        }
        guard fields.has("exit") || fields.has("stdout") else { return nil }
        return .command(exit: fields.integer("exit") ?? 0, output: Fields(fields["stdout"]).flatMap(output))
    }

    /// What is expected of one value.
    private func single(_ fields: Fields) -> Expectation? {
        if let value = fields["value"]?.literal { return .value(value) }
        if let text = fields.text("contains") { return .contains(text) }
        if let expression = fields.text("matches") { return .matches(expression) }
        let bounds = bounds(fields)
        return bounds.isEmpty ? nil : .bounds(bounds)
    }

    /// What is expected of rows.
    private func several(_ fields: Fields) -> Expectation? {
        if let rows = fields["rows"] {
            if let limits = Fields(rows) { return .rows(bounds(limits)) }
            return quantity(rows).map { .rows([Bound(.exactly, $0)]) }
        }
        if fields.has("row") {
            return .row(
                fields.pairs("row").compactMap { entry in entry.value.literal.map { (entry.key, $0) } }
            )
        }
        if fields.has("set") { return .set(fields.items("set").compactMap(\.literal)) }
        if fields.has("includes") { return .includes(fields.items("includes").compactMap(\.literal)) }
        guard fields.has("table") else { return nil }
        return .table(fields.items("table").map { $0.items.compactMap(\.literal) })
    }

    private func output(_ fields: Fields) -> Expectation.OutputExpectation? {
        switch single(fields) {
        case .value(let value): .value(value)
        case .bounds(let bounds): .bounds(bounds)
        case .contains(let text): .contains(text)
        case .matches(let expression): .matches(expression)
        default: nil
        }
    }

    /// The limits of an object, in the order of the format.
    private func bounds(_ fields: Fields) -> [Bound] {
        Bound.Relation.allCases.compactMap { relation in
            fields[relation.rawValue].flatMap(quantity).map { Bound(relation, $0) }
        }
    }

    private func quantity(_ node: Node) -> Quantity? {
        (node.located?.value).flatMap(Quantity.init(parsing:))
    }
}
