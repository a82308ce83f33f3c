extension JSON {
    /// The one form of this value: no blanks, names in the order of their UTF-8 bytes, shortest escapes.
    ///
    /// Follows RFC 8785 for the values there are here; two machines write the same bytes.
    public var canonicalBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// `canonicalBytes` as text.
    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

    /// The same value for people: two blanks of indent, names sorted, a line each; without a newline at the end.
    public var prettyText: String {
        var writer = JSONWriter()
        writer.write(self, indent: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

private struct JSONWriter {
    var bytes: [UInt8] = []

    mutating func write(_ value: JSON) {
        switch value {
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.inByteOrder.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(text: member.key)
                bytes.append(UInt8(ascii: ":"))
                write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        default: write(leaf: value)
        }
    }

    mutating func write(_ value: JSON, indent: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            list("[", "]", elements, indent: indent) { $0.write($1, indent: indent + 2) }
        case .object(let members) where !members.isEmpty:
            list("{", "}", members.inByteOrder, indent: indent) { writer, member in
                writer.write(text: member.key)
                writer.bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
                writer.write(member.value, indent: indent + 2)
            }
        default: write(value)
        }
    }

    private mutating func list<Element>(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ elements: [Element], indent: Int,
        write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newline(indent + 2)
            write(&self, element)
        }
        newline(indent)
        bytes.append(UInt8(ascii: close))
    }

    private mutating func newline(_ indent: Int) {
        bytes.append(0x0A)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: indent)
    }

    private mutating func write(leaf: JSON) {
        switch leaf {
        case .boolean(let value): bytes += Array((value ? "true" : "false").utf8)
        case .integer(let number): bytes += Array(String(number).utf8)
        case .string(let text): write(text: text)
        default: bytes += Array("null".utf8)
        }
    }

    private mutating func write(text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += [0x5C, byte]
            case UInt8(ascii: "\\"): bytes += [0x5C, byte]
            case 0x08: bytes += [0x5C, UInt8(ascii: "b")]
            case 0x09: bytes += [0x5C, UInt8(ascii: "t")]
            case 0x0A: bytes += [0x5C, UInt8(ascii: "n")]
            case 0x0C: bytes += [0x5C, UInt8(ascii: "f")]
            case 0x0D: bytes += [0x5C, UInt8(ascii: "r")]
            case 0..<0x20: bytes += Array("\\u00\(byte < 16 ? "0" : "1")\(String(byte % 16, radix: 16))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension [String: JSON] {
    /// Swift compares strings by canonical equivalence; bytes are what other programs compare by.
    fileprivate var inByteOrder: [(key: String, value: JSON)] {
        sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}
