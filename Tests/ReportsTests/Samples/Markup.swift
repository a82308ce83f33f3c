/// An HTML text, read strictly: every tag is closed in order, every attribute is in quotes.
struct Markup {
    /// The names of the tags in their order, with those of their attributes.
    private(set) var tags: [String] = []
    /// The values of attributes, by name.
    private(set) var values: [String: [String]] = [:]
    /// What is wrong with it.
    private(set) var problems: [String] = []
    private var read: [UInt8] = []

    private static let empty: Set<String> = ["meta", "br", "path", "rect", "polygon"]

    /// The text between the tags, still escaped.
    var text: String { String(decoding: read, as: UTF8.self) }

    init(_ markup: String) {
        var open: [String] = []
        var rest = Array(markup.utf8)[...].dropFirst("<!DOCTYPE html>\n".utf8.count)
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            read += rest[..<start]
            rest = rest[(start + 1)...]
            let isEnd = rest.first == UInt8(ascii: "/")
            if isEnd { rest = rest.dropFirst() }
            let name = Self.word(&rest)
            guard !name.isEmpty, let isClosed = attributes(of: name, isEnd: isEnd, &rest) else {
                problems.append("no tag: \(String(decoding: rest.prefix(60), as: UTF8.self))")
                return
            }
            if isEnd {
                if open.popLast() != name { problems.append("</\(name)> closes nothing") }
                continue
            }
            if name == "style", let end = rest.firstRange(of: Array("</style>".utf8)) { rest = rest[end.lowerBound...] }
            if !Self.empty.contains(name), !isClosed { open.append(name) }
        }
        read += rest
        if !open.isEmpty { problems.append("not closed: \(open)") }
        for mark in [UInt8(ascii: ">"), UInt8(ascii: "\"")] where read.contains(mark) {
            problems.append("\(Unicode.Scalar(mark)) in a text")
        }
    }

    /// Reads the attributes of a tag to its end.
    ///
    /// - Returns: whether the tag ends itself; nil for what is no tag.
    private mutating func attributes(of tag: String, isEnd: Bool, _ rest: inout ArraySlice<UInt8>) -> Bool? {
        var names = [tag]
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: " "): rest = rest.dropFirst()
            case UInt8(ascii: ">"), UInt8(ascii: "/"):
                let isClosed = byte == UInt8(ascii: "/")
                rest = rest.dropFirst(isClosed ? 2 : 1)
                if !isEnd { tags.append(names.joined(separator: " ")) }
                return isClosed
            default:
                let name = Self.word(&rest)
                guard !name.isEmpty, !isEnd else { return nil }
                names.append(name)
                guard rest.starts(with: Array("=\"".utf8)) else { continue }
                rest = rest.dropFirst(2)
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
                values[name, default: []].append(String(decoding: rest[..<end], as: UTF8.self))
                rest = rest[(end + 1)...]
            }
        }
        return nil
    }

    private static func word(_ rest: inout ArraySlice<UInt8>) -> String {
        let word = rest.prefix { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
        rest = rest[word.endIndex...]
        return String(decoding: word, as: UTF8.self)
    }
}
