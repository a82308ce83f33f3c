import CPGQuery

/// A parse tree of PostgreSQL's own parser, over the JSON in which libpg_query prints it.
///
/// One pass finds where each value begins and ends; nothing is decoded until it is asked for. Measured, that is what
/// keeps reading a tree cheaper than printing it.
final class SyntaxTree {
    private let bytes: UnsafePointer<UInt8>
    private let free: () -> Void
    fileprivate let values: ContiguousArray<Value>

    /// A value of the JSON text.
    struct Value {
        /// Its first byte; of a text the first after the quote.
        let start: UInt32
        /// The byte after its last; of a text its closing quote.
        var end: UInt32
        /// The place after its last part in the list of values.
        var next: UInt32
        let kind: Kind

        enum Kind: UInt8 {
            case object
            case list
            case text
            case escapedText
            case other
        }
    }

    /// Parses one or more statements; nil when they are no SQL.
    ///
    /// The text must be one that `TreeDepth` lets pass: printing a tree recurses, and ends the process when it is too
    /// deep.
    init?(parsing sql: String) {
        let result = pg_query_parse(sql)
        free = { pg_query_free_parse_result(result) }
        guard result.error == nil, let text = result.parse_tree else {
            free()
            return nil
        }
        bytes = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
        values = SyntaxTree.index(bytes)
    }

    /// Parses the bodies of a `DO` or of routines in PL/pgSQL; nil when they are none.
    init?(parsingBodiesOf sql: String) {
        let result = pg_query_parse_plpgsql(sql)
        free = { pg_query_free_plpgsql_parse_result(result) }
        guard result.error == nil, let text = result.plpgsql_funcs else {
            free()
            return nil
        }
        bytes = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
        values = SyntaxTree.index(bytes)
    }

    deinit { free() }

    /// The whole of it.
    var root: SyntaxNode { SyntaxNode(tree: self, at: 0) }

    /// The statements, each as the node that libpg_query names it by.
    var statements: [SyntaxNode] {
        root.list("stmts").compactMap { $0["stmt"] }
    }

    fileprivate func text(_ value: Value) -> String {
        let raw = UnsafeBufferPointer(start: bytes + Int(value.start), count: Int(value.end - value.start))
        return value.kind == .escapedText ? JSONText.unescaped(raw) : String(decoding: raw, as: UTF8.self)
    }

    fileprivate func isEqual(_ value: Value, _ word: StaticString) -> Bool {
        let count = Int(value.end - value.start)
        guard count == word.utf8CodeUnitCount else { return false }
        let start = bytes + Int(value.start)
        let other = word.utf8Start
        for index in 0..<count where start[index] != other[index] { return false }
        return true
    }
}

/// A value in a parse tree.
struct SyntaxNode {
    private let tree: SyntaxTree
    private let index: Int

    fileprivate init(tree: SyntaxTree, at index: Int) {
        self.tree = tree
        self.index = index
    }

    private var value: SyntaxTree.Value { tree.values[index] }

    /// A member of an object; libpg_query leaves out what is false, zero or empty.
    subscript(_ name: StaticString) -> SyntaxNode? {
        let own = value
        guard own.kind == .object else { return nil }
        var position = index + 1
        while position < own.next {
            if tree.isEqual(tree.values[position], name) { return SyntaxNode(tree: tree, at: position + 1) }
            position = Int(tree.values[position + 1].next)
        }
        return nil
    }

    /// What a list holds.
    var elements: [SyntaxNode] {
        let own = value
        guard own.kind == .list else { return [] }
        var found: [SyntaxNode] = []
        var position = index + 1
        while position < own.next {
            found.append(SyntaxNode(tree: tree, at: position))
            position = Int(tree.values[position].next)
        }
        return found
    }

    /// What a list under that name holds; empty when there is none.
    func list(_ name: StaticString) -> [SyntaxNode] { self[name]?.elements ?? [] }

    /// The kind of a node and what it holds: `{"SelectStmt": {...}}`.
    var node: (kind: String, content: SyntaxNode)? {
        let own = value
        guard own.kind == .object, index + 1 < own.next else { return nil }
        return (tree.text(tree.values[index + 1]), SyntaxNode(tree: tree, at: index + 2))
    }

    /// The content of a node of that kind; nil when it is another.
    func content(of kind: StaticString) -> SyntaxNode? {
        let own = value
        guard own.kind == .object, index + 1 < own.next, tree.isEqual(tree.values[index + 1], kind) else { return nil }
        return SyntaxNode(tree: tree, at: index + 2)
    }

    /// The text of a text.
    var text: String? {
        switch value.kind {
        case .text, .escapedText: tree.text(value)
        default: nil
        }
    }

    /// The text under that name.
    func text(_ name: StaticString) -> String? { self[name]?.text }

    /// Whether the text under that name is this one.
    func `is`(_ name: StaticString, _ word: StaticString) -> Bool {
        self[name].map { tree.isEqual($0.value, word) } ?? false
    }

    /// Whether a member says true.
    func flag(_ name: StaticString) -> Bool { self.is(name, "true") }

    /// A whole number; zero is not printed.
    func number(_ name: StaticString) -> Int {
        guard let own = self[name]?.value, own.kind == .other else { return 0 }
        return Int(tree.text(own)) ?? 0
    }

    /// Every node of a kind in this one, however deep, in the order of the text.
    func all(_ kind: StaticString) -> [SyntaxNode] {
        let end = Int(value.next)
        var found: [SyntaxNode] = []
        var position = index
        while position < end {
            let candidate = tree.values[position]
            if candidate.kind == .text, tree.isEqual(candidate, kind), position + 1 < end,
                tree.values[position + 1].kind == .object
            {
                found.append(SyntaxNode(tree: tree, at: position + 1))
            }
            position += 1
        }
        return found
    }

    /// Whether a node of a kind is in this one.
    func holds(_ kind: StaticString) -> Bool { !all(kind).isEmpty }

    /// Whether another value is a part of this one.
    func holds(_ part: SyntaxNode) -> Bool { index < part.index && part.index < Int(value.next) }
}

extension SyntaxTree {
    /// Where each value of a JSON text begins and ends; libpg_query's text is well-formed.
    private static func index(_ bytes: UnsafePointer<UInt8>) -> ContiguousArray<Value> {
        var values = ContiguousArray<Value>()
        values.reserveCapacity(256)
        var open: [Int] = []
        var position = 0
        while true {
            let byte = bytes[position]
            switch byte {
            case 0: return values
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open.append(values.count)
                let kind: Value.Kind = byte == UInt8(ascii: "{") ? .object : .list
                values.append(Value(start: UInt32(position), end: 0, next: 0, kind: kind))
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if let last = open.popLast() {
                    values[last].next = UInt32(values.count)
                    values[last].end = UInt32(position + 1)
                }
                position += 1
            case UInt8(ascii: "\""):
                let start = position + 1
                position = start
                var kind = Value.Kind.text
                while bytes[position] != UInt8(ascii: "\""), bytes[position] != 0 {
                    if bytes[position] == UInt8(ascii: "\\") {
                        kind = .escapedText
                        position += 1
                    }
                    position += 1
                }
                values.append(
                    Value(start: UInt32(start), end: UInt32(position), next: UInt32(values.count + 1), kind: kind))
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\n"): position += 1
            default:
                let start = position
                while !isEnd(bytes[position]) { position += 1 }
                values.append(
                    Value(start: UInt32(start), end: UInt32(position), next: UInt32(values.count + 1), kind: .other))
            }
        }
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case 0, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): true
        default: false
        }
    }
}

/// Texts as JSON writes them.
private enum JSONText {
    static func unescaped(_ raw: UnsafeBufferPointer<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\"), index + 1 < raw.count else {
                bytes.append(raw[index])
                index += 1
                continue
            }
            let sign = raw[index + 1]
            index += 2
            switch sign {
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "u"):
                // Only signs below 128 are written so.
                let digits = String(decoding: raw[index..<min(index + 4, raw.count)], as: UTF8.self)
                bytes.append(UInt8(truncatingIfNeeded: UInt32(digits, radix: 16) ?? 0x3F))
                index += 4
            default: bytes.append(sign)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
