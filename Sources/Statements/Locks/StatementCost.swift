/// The locks that a statement takes on tables, and how much it reads and writes under them.
public struct StatementCost: Sendable, Equatable {
    /// Each relation once, with the strongest lock on it; in the order of the statement.
    public private(set) var locks: [RelationLock] = []
    /// Whether a table is written anew, with its indexes.
    public private(set) var rewrite = Claim.no
    /// Whether a table is read from beginning to end.
    public private(set) var scan = Claim.no
    /// Whether it cannot run in a transaction.
    public private(set) var outside = Claim.no
    /// Whether locks may be taken that nobody can tell.
    public private(set) var isOpen = false

    /// No locks, and nothing that is read or written.
    public init() {}

    /// Adds a lock, or strengthens the one on that relation.
    mutating func lock(_ relation: LockedRelation, _ mode: LockMode, isNew: Bool = false) {
        let lock = RelationLock(relation: relation, mode: mode, isNew: isNew)
        guard let index = locks.firstIndex(where: { $0.relation == relation }) else { return locks.append(lock) }
        if locks[index].mode < mode { locks[index] = lock }
    }

    mutating func rewrites(_ claim: Claim) { rewrite = rewrite.or(claim) }
    mutating func scans(_ claim: Claim) { scan = scan.or(claim) }
    mutating func runsOutside(_ claim: Claim) { outside = outside.or(claim) }
    mutating func cannotTell() { isOpen = true }

    /// The strongest lock that a relation of that name may get.
    public func strongest(on name: RelationName) -> LockMode? {
        locks.filter { $0.relation == .named(name) }.map(\.mode).max()
    }

    /// The strongest lock on relations that are not named.
    public var strongestOnOthers: LockMode? {
        locks.filter { if case .others = $0.relation { true } else { false } }.map(\.mode).max()
    }
}

/// A lock on a relation, held until the transaction ends.
public struct RelationLock: Sendable, Hashable {
    /// On what.
    public let relation: LockedRelation
    /// How strong.
    public let mode: LockMode
    /// Whether statements before this one made it, so that nobody else works with it yet.
    public let isNew: Bool
}

/// A relation that is locked.
public enum LockedRelation: Sendable, Hashable {
    /// One that the statement, or a catalog, names.
    case named(RelationName)
    /// An index by its name.
    case index(RelationName)
    /// Those that are so and so, which only a catalog knows.
    case others(String)
}

/// What is said of a statement.
public enum Claim: Sendable, Equatable {
    /// It does not.
    case no
    /// It does; why.
    case yes(String)
    /// It is to be assumed that it does; what would make it not so.
    case unless(String)

    /// Whether it is to be assumed.
    public var isAssumed: Bool { self != .no }

    /// The stronger of two.
    func or(_ other: Claim) -> Claim {
        switch (self, other) {
        case (.yes, _), (.unless, .no), (.unless, .unless), (.no, .no): self
        default: other
        }
    }
}

extension StatementCost {
    /// What a statement of PostgreSQL costs, given what is known of the schema before it.
    public init(of effects: StatementEffects, knowing model: SchemaModel) {
        self = LockRules.cost(of: effects, knowing: model)
    }
}
