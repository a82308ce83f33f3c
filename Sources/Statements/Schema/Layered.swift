/// A dictionary that can be changed for a try: what is written goes to the topmost layer, and a layer is dropped or kept
/// as a whole.
///
/// A plain copy would be made anew with its first change; for ten thousand phases that each try their rollback, that
/// is ten thousand copies of all there is.
package struct Layered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline package var base: [Key: Value] = [:]
    @usableFromInline package var layers: [[Key: Value?]] = []

    @inlinable package init() {}

    /// The value on top; nil when there is none.
    @inlinable package subscript(_ key: Key) -> Value? {
        get {
            for layer in layers.reversed() { if let found = layer[key] { return found } }
            return base[key]
        }
        set {
            if layers.isEmpty { base[key] = newValue } else { layers[layers.count - 1][key] = .some(newValue) }
        }
    }

    /// The value below all layers.
    @inlinable package func settled(_ key: Key) -> Value? { base[key] }

    /// The keys that layers changed.
    @inlinable package var changed: Set<Key> { layers.reduce(into: []) { $0.formUnion($1.keys) } }

    /// All keys that have a value; looks at everything.
    @inlinable package var keys: [Key] {
        guard !layers.isEmpty else { return Array(base.keys) }
        return Set(base.keys).union(changed).filter { self[$0] != nil }
    }

    /// Begins a try.
    @inlinable package mutating func push() { layers.append([:]) }

    /// Forgets the newest try.
    @inlinable package mutating func pop() { layers.removeLast() }

    /// Keeps the newest try.
    @inlinable package mutating func merge() {
        guard let top = layers.popLast() else { return }
        for (key, value) in top {
            if layers.isEmpty { base[key] = value } else { layers[layers.count - 1][key] = .some(value) }
        }
    }
}

extension Layered {
    /// Changes the value of a key, which may have none before and after.
    @inlinable package mutating func edit(
        _ key: Key, default value: @autoclosure () -> Value, _ change: (inout Value) -> Void
    ) {
        var own = self[key] ?? value()
        change(&own)
        self[key] = own
    }
}
