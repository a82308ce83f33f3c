import CanonicalJSON

/// One turn on the way into a document.
enum Turn: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case name(String)
    case index(Int)

    init(stringLiteral name: String) { self = .name(name) }
    init(integerLiteral index: Int) { self = .index(index) }
}

extension JSON {
    /// The document with another value at a place, or without the member; nil when there is no such place.
    func replacing(_ path: ArraySlice<Turn>, with value: JSON?) -> JSON? {
        guard let key = path.first else { return value }
        let rest = path.dropFirst()
        switch (self, key) {
        case (.object(var members), .name(let name)):
            if rest.isEmpty {
                members[name] = value
            } else {
                guard let changed = members[name]?.replacing(rest, with: value) else { return nil }
                members[name] = changed
            }
            return .object(members)
        case (.array(var elements), .index(let index)) where elements.indices.contains(index):
            if rest.isEmpty, value == nil {
                elements.remove(at: index)
            } else {
                guard let changed = elements[index].replacing(rest, with: value) else { return nil }
                elements[index] = changed
            }
            return .array(elements)
        default: return nil
        }
    }

    /// The ways to every value in it.
    var paths: [[Turn]] {
        switch self {
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap { entry in
                [[Turn.name(entry.key)]] + entry.value.paths.map { [Turn.name(entry.key)] + $0 }
            }
        case .array(let elements):
            elements.enumerated().flatMap { index, element in
                [[Turn.index(index)]] + element.paths.map { [Turn.index(index)] + $0 }
            }
        default: []
        }
    }
}
