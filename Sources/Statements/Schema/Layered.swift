/// A dictionary that can be changed for a try: what is written goes to the topmost layer, and a layer is dropped or kept
/// as a whole.
///
/// A plain copy would be made anew with its first change; for ten thousand phases that each try their rollback, that
/// is ten thousand copies of all there is. It is public and inlinable so that other modules get code of their own for it:
/// without that, planning took a third longer.
@frozen public struct Layered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline var base: [Key: Value] = [:]
    @usableFromInline var layers: [[Key: Value?]] = []

    /// Without any value.
    @inlinable public init() {}

    /// The value on top; nil when there is none.
    @inlinable public subscript(_ key: Key) -> Value? {
        get {
            for layer in layers.reversed() { if let found = layer[key] { return found } }
            return base[key]
        }
        _modify {
            if layers.isEmpty {
                yield &base[key]
            } else {
                // Taken out of the topmost layer, so that it is changed in its place and not copied.
                let top = layers.count - 1
                var value = layers[top].removeValue(forKey: key) ?? lower(key)
                defer { layers[top][key] = .some(value) }
                yield &value
            }
        }
    }

    /// The value on top, to be changed in its place; another where there is none.
    @inlinable public subscript(_ key: Key, default value: @autoclosure () -> Value) -> Value {
        get { self[key] ?? value() }
        _modify {
            if layers.isEmpty {
                yield &base[key, default: value()]
            } else {
                let top = layers.count - 1
                var own = (layers[top].removeValue(forKey: key) ?? lower(key)) ?? value()
                defer { layers[top][key] = .some(own) }
                yield &own
            }
        }
    }

    /// The value below the topmost layer.
    @inlinable func lower(_ key: Key) -> Value? {
        for layer in layers.dropLast().reversed() { if let found = layer[key] { return found } }
        return base[key]
    }

    /// The value below all layers.
    @inlinable public func settled(_ key: Key) -> Value? { base[key] }

    /// How many values there are at most.
    @inlinable public var count: Int { layers.reduce(base.count) { $0 + $1.count } }

    /// The keys that layers changed.
    @inlinable public var changed: Set<Key> { layers.reduce(into: []) { $0.formUnion($1.keys) } }

    /// All keys that have a value; looks at everything.
    @inlinable public var keys: [Key] {
        guard !layers.isEmpty else { return Array(base.keys) }
        return Set(base.keys).union(changed).filter { self[$0] != nil }
    }

    /// Begins a try.
    @inlinable public mutating func push() { layers.append([:]) }

    /// Forgets the newest try.
    @inlinable public mutating func pop() { layers.removeLast() }

    /// Keeps the newest try.
    @inlinable public mutating func merge() {
        guard let top = layers.popLast() else { return }
        for (key, value) in top {
            if layers.isEmpty { base[key] = value } else { layers[layers.count - 1][key] = .some(value) }
        }
    }
}

extension Layered {
    /// Changes the value of a key, which may have none before and after.
    @inlinable public mutating func edit(
        _ key: Key, default value: @autoclosure () -> Value, _ change: (inout Value) -> Void
    ) {
        change(&self[key, default: value()])
    }
}
