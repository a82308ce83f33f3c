import Diagnostics
import YAML

/// Makes the typed runbook from a tree that fits the tables: nothing is reported here any more.
struct RunbookBuilder {
    let source: SourceText

    func runbook(_ root: Node) -> Runbook? {
        guard let fields = Fields(root), let name = fields.located("name") else { return nil }
        let phases = fields.items("phases").compactMap(PhaseBuilder().phase)
        guard !phases.isEmpty, phases.count == fields.items("phases").count else { return nil }
        return Runbook(
            source: source,
            name: name,
            title: fields.text("title"),
            owner: fields.text("owner"),
            authors: fields.items("authors").compactMap(\.located),
            roles: fields.pairs("roles").compactMap(role),
            accepted: acceptances(fields),
            approvals: approvals(fields["approvals"]),
            risk: fields.text("risk"),
            description: fields.text("description"),
            databases: databases(fields),
            target: fields.located("target"),
            session: settings(fields),
            variables: fields.pairs("vars").compactMap(variable),
            onFailure: fields.choice("on_failure") ?? .unwind,
            onDisconnect: fields.choice("on_disconnect") ?? .stop,
            lockWait: fields.duration("lock_wait"),
            window: window(fields["window"]),
            objective: objective(fields["slo"]),
            phases: phases
        )
    }

    private func databases(_ fields: Fields) -> [Database] {
        guard let node = fields["databases"] else { return [] }
        if let database = database(Located("main", at: node.span), node) { return [database] }
        return fields.pairs("databases").compactMap { database($0.key, $0.value) }
    }

    private func database(_ name: Located<String>, _ node: Node) -> Database? {
        guard let scalar = node.scalar, let url = node.located else { return nil }
        return Database(name: name, url: url, written: scalar.text)
    }

    private func role(_ entry: Node.Entry) -> Role? {
        guard let fields = Fields(entry.value) else { return nil }
        return Role(
            name: entry.key, title: fields.text("title"), members: fields.items("members").compactMap(\.located))
    }

    private func approvals(_ node: Node?) -> ApprovalRule? {
        guard let node, let fields = Fields(node) else { return nil }
        return ApprovalRule(
            required: Located(fields.integer("required") ?? 1, at: fields["required"]?.span ?? node.span),
            roles: fields.items("from").compactMap(\.located),
            notAuthor: Located(fields.boolean("not_author") ?? false, at: fields["not_author"]?.span ?? node.span),
            expires: fields.duration("expires"))
    }

    private func window(_ node: Node?) -> Window? {
        guard let fields = Fields(node), let length = fields.length("length") else { return nil }
        return Window(length: length, start: fields.text("start").flatMap(WrittenMoment.init(parsing:)))
    }

    private func objective(_ node: Node?) -> Objective? {
        guard let fields = Fields(node) else { return nil }
        let loss: DataLoss? = fields.choice("data_loss")
        return Objective(
            rollback: fields.length("rollback"),
            dataLoss: loss.flatMap { loss in fields["data_loss"].map { Located(loss, at: $0.span) } })
    }

    private func variable(_ entry: Node.Entry) -> Variable? {
        guard let fields = Fields(entry.value) else { return nil }
        let fallback = fields["default"].flatMap { node in node.literal.map { Located($0, at: node.span) } }
        return Variable(
            name: entry.key,
            type: fields.choice("type") ?? type(of: fallback?.value),
            fallback: fallback,
            allowed: fields.items("allow").compactMap { node in
                node.literal.map { Located($0, at: node.span) }
            },
            environment: fields.located("env"),
            secret: fields["secret"].flatMap(secret),
            description: fields.text("description")
        )
    }

    /// Where no type is said, the default says it.
    private func type(of fallback: Literal?) -> Variable.ValueType {
        switch fallback {
        case .boolean: .boolean
        case .integer, .number: .number
        case .text, .null, nil: .string
        }
    }
}

/// The settings under `session`.
func settings(_ fields: Fields) -> [Setting] {
    fields.pairs("session").compactMap { entry in
        entry.value.located.map { Setting(name: entry.key, value: $0) }
    }
}

/// Where a secret is read from.
func secret(_ node: Node) -> SecretReference? {
    guard let fields = Fields(node) else { return nil }
    if let name = fields.located("env") { return .environment(name) }
    if let path = fields.located("file") { return .file(path) }
    return fields.has("exec") ? .program(fields.items("exec").compactMap(\.located)) : nil
}

/// The program under `run`, with the variables under `env`.
func command(_ fields: Fields) -> Command? {
    guard let node = fields["run"], let key = fields.key("run") else { return nil }
    let environment = fields.pairs("env").compactMap {
        entry -> (name: Located<String>, value: Command.EnvironmentValue)? in
        if let reference = secret(entry.value) { return (entry.key, .secret(reference)) }
        return entry.value.located.map { (entry.key, .text($0.value)) }
    }
    let invocation: Command.Invocation =
        if let scalar = node.scalar { .shell(scalar.text) } else {
            .program(node.items.compactMap { $0.located?.value })
        }
    return Command(invocation: invocation, environment: environment, span: key.span.extended(to: node.span))
}

/// The findings that an object accepts.
func acceptances(_ fields: Fields) -> [Acceptance] {
    fields.pairs("accept").compactMap { entry in
        entry.value.located.map { Acceptance(code: entry.key, reason: $0.value) }
    }
}

extension Fields {
    /// A length of time and where it is written.
    fileprivate func length(_ key: String) -> Located<Duration>? {
        duration(key).flatMap { length in self[key].map { Located(length, at: $0.span) } }
    }
}
