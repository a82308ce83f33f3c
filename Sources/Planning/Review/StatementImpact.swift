import Databases
public import Statements

/// What one statement of a plan does and costs, in words.
public struct StatementImpact: Sendable, Equatable {
    /// The step it is in.
    public let step: String
    /// Its place among the statements of the step, from 0.
    public let index: Int
    /// What it does, in the order of its text: `creates column orders.note text`.
    public let does: [String]
    /// The locks that keep somebody waiting, strongest first.
    public let locks: [ImpactLock]
    /// Whether it writes a table anew.
    public let rewrite: ImpactClaim?
    /// Whether it reads a table from beginning to end.
    public let scan: ImpactClaim?
    /// The data that is gone once it is done: what holds it is dropped or emptied.
    public let destroys: [String]
    /// The rows it deletes and the values it writes over, among others that stay.
    public let overwrites: [String]
    /// What of it cannot be seen in its text.
    public let unseen: [String]
}

/// A lock, and whom it keeps waiting.
public struct ImpactLock: Sendable, Equatable {
    /// On what, in words: a name, or those that are so and so.
    public let object: String
    /// Whether `object` is a name.
    public let isNamed: Bool
    /// How strong.
    public let mode: LockMode
}

/// Something that a statement does, or is to be taken to do.
public struct ImpactClaim: Sendable, Equatable {
    /// Why, or what would make it not so.
    public let words: String
    /// Whether it is sure; otherwise it is the worst case, and the words say what would spare it.
    public let isSure: Bool

    /// Nil when it does not.
    init?(_ claim: Claim) {
        switch claim {
        case .no: return nil
        case .yes(let words): (self.words, isSure) = (words, true)
        case .unless(let words): (self.words, isSure) = (words, false)
        }
    }

    init(words: String, isSure: Bool) {
        self.words = words
        self.isSure = isSure
    }
}

extension StatementImpact {
    /// What is told of a statement; nil when it only reads or writes rows as such statements do.
    init?(_ reviewed: ReviewedStatement, index: Int) {
        let changes = reviewed.effects.changes.filter { $0.action != .reads }
        let isPlain = changes.allSatisfy(\.isPlain) && reviewed.effects.unseen.isEmpty
        guard !isPlain || reviewed.cost.scan.isAssumed || !reviewed.destructions.isEmpty else { return nil }
        self.init(
            step: reviewed.step.id, index: index, does: changes.map(\.words),
            locks: reviewed.cost.locks.compactMap(ImpactLock.init).sorted { $0.mode > $1.mode },
            rewrite: ImpactClaim(reviewed.cost.rewrite), scan: ImpactClaim(reviewed.cost.scan),
            destroys: reviewed.destructions.filter { !$0.isUsual }.map(\.words),
            overwrites: reviewed.destructions.filter(\.isUsual).map(\.words),
            unseen: reviewed.effects.unseen.map(\.words))
    }
}

extension ImpactLock {
    /// Nil for a lock that keeps nobody waiting.
    fileprivate init?(_ lock: RelationLock) {
        guard lock.mode >= .shareUpdateExclusive, !lock.isNew else { return nil }
        switch lock.relation {
        case .named(let name): self.init(object: name.description, isNamed: true, mode: lock.mode)
        case .index(let name): self.init(object: "index \(name)", isNamed: true, mode: lock.mode)
        case .others(let words): self.init(object: words, isNamed: false, mode: lock.mode)
        }
    }
}

extension Change {
    /// Whether it is a change of rows like any other.
    fileprivate var isPlain: Bool {
        switch action {
        case .inserts, .updates, .deletes, .merges: true
        case .sets: true
        default: false
        }
    }

    /// What it does, in words.
    fileprivate var words: String {
        let condition = isConditional ? " on a condition" : isTolerant ? " if need be" : ""
        return "\(action.rawValue) \(object)\(detailWords)\(cascades ? " with what depends on it" : "")\(condition)"
    }

    private var detailWords: String {
        switch detail {
        case .column(let definition):
            let own = definition.text
            return own.hasPrefix(object.name) ? own.dropFirst(object.name.count).description : ""
        case .constraint(let definition): return ": \(definition.text)"
        case .index(let definition):
            return (definition.isUnique ? ", unique" : "") + " on \(object.relation ?? "")"
                + (definition.columns.isEmpty ? "" : " (\(definition.columns.joined(separator: ", ")))")
        case .name(let name): return action == .moves ? " to schema \(name)" : " to \(name)"
        case .property(let property): return ": \(property.words)"
        case .privileges(let list, let grantees):
            return ": \(list.joined(separator: ", ")) for \(grantees.joined(separator: ", "))"
        case .lock(let mode): return " in \(mode.name)"
        case .rows(let rows) where !rows.isFiltered: return ", every row"
        case .rows(let rows) where !rows.columns.isEmpty && action == .updates:
            return ": \(rows.columns.joined(separator: ", "))"
        case .words(let words) where !words.isEmpty && action != .comments: return " (\(words))"
        default: return ""
        }
    }
}

extension Property {
    /// The property and its value, in words.
    fileprivate var words: String {
        switch self {
        case .type(let type, _, _): "type \(type.text)"
        case .defaultValue(let isSet): isSet ? "sets its default" : "drops its default"
        case .notNull(let isOn): isOn ? "NOT NULL" : "may be NULL"
        case .rowSecurity(let isOn): (isOn ? "enables " : "disables ") + name
        case .forcedRowSecurity(let isOn): isOn ? name : "NO \(name)"
        case .triggers(let isOn): isOn ? "enables its triggers" : "disables its triggers"
        case .owner(let role): "owner \(role)"
        case .attached(let partition): "attaches partition \(partition)"
        case .detached(let partition, _): "detaches partition \(partition)"
        case .validated: "validates it"
        default: name
        }
    }
}

extension Unseen {
    /// What cannot be seen, in words.
    var words: String {
        switch self {
        case .notParsed: "it does not parse by the grammar of PostgreSQL 15, so what it does is not known"
        case .tooDeep: "it is too deep to be taken apart"
        case .routine(let name): "what \(name)() does"
        case .procedure(let name): "what the procedure \(name) does, and whether it commits"
        case .commits: "it ends its own transactions"
        case .dynamic(let words):
            words.isEmpty
                ? "SQL that is put together while it runs" : "SQL that is put together while it runs: \(words)"
        case .language(let name): "a program in \(name)"
        }
    }
}
