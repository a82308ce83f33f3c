import Databases
import Statements

/// What of rows that policies protect can be got at past them, and which defaults give rows to nobody in particular.
struct ProtectionReview {
    /// The settings that policies read, with the policy that first did.
    private var settings: [(name: String, object: SchemaObject, at: StatementSite)] = []
    private var protected: Set<RelationName> = []
    /// The columns that policies compare with a setting, by their names.
    private var tenantColumns: Set<String> = []
    private var tables: [RelationName: Table] = [:]
    private var views: [RelationName: View] = [:]
    private var order: [RelationName] = []
    private var defaults: [SchemaObject: (value: String, at: StatementSite)] = [:]
    private var defaultOrder: [SchemaObject] = []
    private var aliens: [PlannedFinding] = []

    private struct Table {
        var columns: Set<String> = []
        var isMade = false
        var grant: (site: StatementSite, role: String)?
    }

    private struct View {
        let reads: Set<RelationName>
        var grant: (site: StatementSite, role: String)?
    }

    /// Follows a statement.
    mutating func take(_ statement: ReviewedStatement) {
        guard statement.engine == .postgres else { return }
        for change in statement.effects.changes { take(change, statement) }
    }

    private mutating func take(_ change: Change, _ statement: ReviewedStatement) {
        guard let relation = change.object.relationName else { return }
        switch (change.action, change.detail) {
        case (.creates, .policy(let policy)): take(policy, change.object, relation, statement)
        case (.alters, .property(.rowSecurity(true))): protected.insert(relation)
        case (.creates, .table), (.creates, .column):
            if change.object.kind == .table { remember(relation) { $0.isMade = true } }
            if change.object.kind == .column { remember(relation) { $0.columns.insert(change.object.name) } }
            if case .column(let definition) = change.detail, definition.isNotNull {
                setDefault(change.object, definition.text.constantDefault, statement)
            }
        case (.creates, _) where change.object.kind == .view, (.replaces, _) where change.object.kind == .view:
            guard change.detail != .words("security_invoker") else { break }
            let reads = statement.effects.changes.filter { $0.action == .reads }.compactMap(\.object.relationName)
            if views[relation] == nil { order.append(relation) }
            views[relation] = View(reads: Set(reads))
        case (.alters, .property(.defaultValue)) where defaults[change.object] != nil:
            setDefault(change.object, statement.text.constantDefault, statement)
        case (.grants, .privileges(let list, let grantees)):
            guard list.contains("select") || list.contains("all"), let role = grantees.first else { break }
            views[relation]?.grant = (StatementSite(statement), role)
            remember(relation) { $0.grant = (StatementSite(statement), role) }
        default: break
        }
    }

    private mutating func remember(_ relation: RelationName, _ change: (inout Table) -> Void) {
        if tables[relation] == nil { order.append(relation) }
        change(&tables[relation, default: Table()])
    }

    private mutating func setDefault(_ column: SchemaObject, _ value: String?, _ statement: ReviewedStatement) {
        guard let value else {
            defaults[column] = nil
            return
        }
        if defaults[column] == nil { defaultOrder.append(column) }
        defaults[column] = (value, StatementSite(statement))
    }

    private mutating func take(
        _ policy: PolicyDefinition, _ object: SchemaObject, _ relation: RelationName, _ statement: ReviewedStatement
    ) {
        let read = Set([policy.using, policy.check].compactMap(\.self).flatMap(\.settings).map(\.name))
        guard !read.isEmpty else { return }
        tenantColumns.formUnion(policy.columns)
        for name in read.sorted() {
            if let meant = settings.first(where: { $0.name.isLike(name) }) {
                aliens.append(
                    RuleFinding(
                        ReviewCodes.settingNames,
                        "\(object) reads \(name), and \(meant.object) reads \(meant.name)",
                        help: "let all policies read one setting"
                    ).placed(at: statement))
            }
            if !settings.contains(where: { $0.name == name }) {
                settings.append((name, object, StatementSite(statement)))
            }
        }
    }

    /// What is found over the whole plan.
    var findings: [PlannedFinding] { aliens + pastPolicies + sentinels }

    private var pastPolicies: [PlannedFinding] {
        order.flatMap { name -> [PlannedFinding] in
            if let view = views[name] { return past(view, name) }
            guard let table = tables[name], let grant = table.grant, table.isMade, !protected.contains(name),
                !protected.isEmpty, let column = table.columns.intersection(tenantColumns).min()
            else { return [] }
            return [
                RuleFinding(
                    ReviewCodes.pastPolicies,
                    "\(grant.role) may read table \(name), which has a \(column) and no row level security",
                    help: "enable it there, too, with a policy of its own"
                ).placed(at: grant.site)
            ]
        }
    }

    private func past(_ view: View, _ name: RelationName) -> [PlannedFinding] {
        guard let grant = view.grant, let table = view.reads.intersection(protected).min() else { return [] }
        return [
            RuleFinding(
                ReviewCodes.pastPolicies,
                "\(grant.role) sees \(table) through view \(name) with the rights of its owner, past the policies",
                help: "write WITH (security_invoker = true), from PostgreSQL 15 on, or grant a function instead"
            ).placed(at: grant.site)
        ]
    }

    private var sentinels: [PlannedFinding] {
        defaultOrder.compactMap { column in
            guard let kept = defaults[column], tenantColumns.contains(column.name),
                let table = column.relationName, protected.contains(table)
            else { return nil }
            return RuleFinding(
                ReviewCodes.sentinel,
                "a row that is written without a \(column.name) gets \(kept.value) in \(table), and nobody is told",
                help: "drop the default once every row has its own: ALTER COLUMN \(column.name) DROP DEFAULT"
            ).placed(at: kept.at)
        }
    }
}

extension String {
    /// The text that a default gives, with its quotes; nil where the default is another or none is written.
    fileprivate var constantDefault: String? {
        guard let start = uppercased().firstRange(of: "DEFAULT '") else { return nil }
        let offset = uppercased().distance(from: startIndex, to: start.upperBound)
        let rest = dropFirst(offset)
        let value = rest.prefix { $0 != "'" }
        return value.count < rest.count ? "'\(value)'" : nil
    }
}
