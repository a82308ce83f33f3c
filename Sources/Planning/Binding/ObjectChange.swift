/// How an object that a plan may touch differs from what it was when the plan was made.
public struct ObjectChange: Sendable, Equatable, CustomStringConvertible {
    /// The target it is in.
    public let target: String
    /// What became of it.
    public let kind: Kind
    /// What kind of object.
    public let objectKind: String
    /// Its full name.
    public let name: String

    /// What can become of an object.
    public enum Kind: String, Sendable {
        /// It was not there.
        case added
        /// It is another.
        case changed
        /// It is not there any more.
        case missing
    }

    /// `changed table public.orders`.
    public var description: String { "\(kind.rawValue) \(objectKind) \(name)" }
}

extension TargetBinding {
    /// What differs from the objects the plan was bound to, in the order of their kinds and names.
    public func changes(to now: [BoundObject], in target: String) -> [ObjectChange] {
        let before = Dictionary(objects.map { ($0.key, $0.digest) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(now.map { ($0.key, $0.digest) }, uniquingKeysWith: { first, _ in first })
        let names = Set(before.keys).union(after.keys).sorted { $0.lexicographicallyPrecedes($1) }
        return names.compactMap { key in
            let kind: ObjectChange.Kind
            switch (before[key], after[key]) {
            case (nil, _): kind = .added
            case (_, nil): kind = .missing
            case (let was, let now): if was == now { return nil } else { kind = .changed }
            }
            return ObjectChange(target: target, kind: kind, objectKind: key[0], name: key[1])
        }
    }
}

extension BoundObject {
    fileprivate var key: [String] { [kind, name] }
}
