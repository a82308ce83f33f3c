import Databases
import Runbooks
import Statements

/// Whom a policy lets in.
struct PolicyFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        statement.effects.changes.flatMap { change -> [RuleFinding] in
            guard case .policy(let policy) = change.detail else { return [] }
            return findings(for: policy, change.object)
        }
    }

    private func findings(for policy: PolicyDefinition, _ object: SchemaObject) -> [RuleFinding] {
        var found: [RuleFinding] = []
        let reads = [policy.using, policy.check].compactMap(\.self).flatMap(\.settings)
        if let setting = reads.first(where: { !$0.isMissingOk }) {
            found.append(
                RuleFinding(
                    ReviewCodes.settingMissing, "\(object) fails in sessions that have not set \(setting.shown)",
                    help: "write current_setting('\(setting.name)', true)"))
        }
        if let setting = reads.first(where: { $0.isMissingOk && !$0.isNullIfEmpty }) {
            found.append(
                RuleFinding(
                    ReviewCodes.settingEmpty, "\(object) takes an empty \(setting.shown) for a value",
                    help: "write NULLIF(current_setting('\(setting.name)', true), '')"))
        }
        if policy.isPermissive, policy.using?.isAlwaysTrue ?? false, policy.command != nil {
            found.append(
                RuleFinding(ReviewCodes.alwaysTrue, "\(object) lets every row through", help: "write the condition"))
        }
        if ["all", "update"].contains(policy.command), policy.using != nil, policy.check == nil {
            found.append(
                RuleFinding(
                    ReviewCodes.unchecked, "\(object) does not say which rows may be written",
                    help: "write WITH CHECK, with the condition of USING"))
        }
        return found
    }
}

extension PolicyExpression.SettingRead {
    fileprivate var shown: String { name.isEmpty ? "the setting" : name }
}

/// How the policies of a table and its row level security come together over a whole plan.
struct AccessReview {
    private var tables: [Key: Table] = [:]
    private var order: [Key] = []

    /// A table of a target: databases share no names.
    private struct Key: Hashable {
        let target: String
        let table: RelationName
    }

    private struct Table {
        var policies: [(policy: PolicyDefinition, object: SchemaObject, at: ReviewedStatement)] = []
        var enabled: ReviewedStatement?
        var isForced = false
        /// Whether another transaction began between enabling and the first policy.
        var deniesMeanwhile = false
    }

    /// What a catalog says is enabled, and forced, before the plan.
    private var enabledBefore: Set<Key> = []
    private var forcedBefore: Set<Key> = []

    /// Given what catalogs say of targets.
    init(knowing schemas: [String: SchemaFacts]) {
        for (target, facts) in schemas {
            for relation in facts.relations {
                let key = Key(target: target, table: facts.plain(relation.name))
                if relation.hasRowSecurity { enabledBefore.insert(key) }
                if relation.forcesRowSecurity { forcedBefore.insert(key) }
            }
        }
    }

    /// Follows the statements of a phase.
    mutating func take(_ reviewed: ReviewedPhase) {
        for statement in reviewed.statements {
            for change in statement.effects.changes {
                guard let name = change.object.relationName else { continue }
                let table = Key(target: statement.step.target, table: name)
                switch (change.action, change.detail) {
                case (.creates, .policy(let policy)): add(policy, change.object, statement, to: table)
                case (.alters, .property(.rowSecurity(true))): edit(table) { $0.enabled = $0.enabled ?? statement }
                case (.alters, .property(.forcedRowSecurity(true))): edit(table) { $0.isForced = true }
                default: break
                }
            }
        }
    }

    private mutating func edit(_ table: Key, _ change: (inout Table) -> Void) {
        if tables[table] == nil { order.append(table) }
        change(&tables[table, default: Table()])
    }

    private mutating func add(
        _ policy: PolicyDefinition, _ object: SchemaObject, _ statement: ReviewedStatement, to table: Key
    ) {
        edit(table) { known in
            if known.policies.isEmpty, let enabled = known.enabled {
                known.deniesMeanwhile = enabled.step.id != statement.step.id || enabled.script.transaction != .file
            }
            known.policies.append((policy, object, statement))
        }
    }

    /// What is found over the whole plan.
    var findings: [PlannedFinding] { order.flatMap { key in tables[key].map { findings(in: $0, key) } ?? [] } }

    private func findings(in known: Table, _ key: Key) -> [PlannedFinding] {
        let table = key.table
        var found: [PlannedFinding] = []
        func report(_ code: ReviewCode, _ message: String, help: String, at statement: ReviewedStatement) {
            found.append(
                PlannedFinding(
                    code, message, help: help, at: statement.place, phase: statement.phase.id, step: statement.step.id))
        }
        if let enabled = known.enabled, !known.isForced, !forcedBefore.contains(key) {
            report(
                ReviewCodes.notForced, "row level security of \(table) does not bind its owner",
                help: "add FORCE ROW LEVEL SECURITY", at: enabled)
        }
        if known.enabled == nil, !enabledBefore.contains(key), let first = known.policies.first {
            report(
                ReviewCodes.notEnabled,
                "\(first.object) does nothing: row level security of \(table) is not enabled here",
                help: "add ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY", at: first.at)
        }
        if known.deniesMeanwhile, let enabled = known.enabled {
            report(
                ReviewCodes.deniesMeanwhile, "nobody but its owner sees a row of \(table) until there is a policy",
                help: "make the policy first, or in the same transaction", at: enabled)
        }
        let permissive = known.policies.filter { $0.policy.isPermissive }
        for (index, later) in permissive.enumerated() {
            guard let earlier = permissive[..<index].first(where: { $0.policy.overlaps(later.policy) }) else {
                continue
            }
            report(
                ReviewCodes.joinedWithOr, "\(later.object) lets through what \(earlier.object.name) does not",
                help: "make the stricter one AS RESTRICTIVE, or one policy of both", at: later.at)
        }
        return found
    }
}

extension PolicyDefinition {
    /// Whether both say something of the same command, for the same people.
    fileprivate func overlaps(_ other: PolicyDefinition) -> Bool {
        let sameCommand = command == other.command || command == "all" || other.command == "all"
        let everybody = Set(["PUBLIC"])
        let (own, theirs) = (Set(roles), Set(other.roles))
        return sameCommand && (own == everybody || theirs == everybody || !own.isDisjoint(with: theirs))
    }
}
