/// One value of a result, in the kind its column type or storage class gives it.
public enum DatabaseValue: Sendable, Hashable {
    /// SQL NULL.
    case null
    /// A boolean.
    case boolean(Bool)
    /// An integer of up to 64 bits.
    case integer(Int64)
    /// Any other number, in the digits the server sent: `numeric`, `real`, `double precision`.
    case number(String)
    /// Text, and every type without a kind of its own, in the server's text form.
    case text(String)
    /// Bytes.
    case bytes([UInt8])

    /// As the server would print it; bytes as `\x` and hexadecimal digits; NULL is nil.
    public var text: String? {
        switch self {
        case .null: nil
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let digits): digits
        case .text(let text): text
        case .bytes(let bytes):
            "\\x" + bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
        }
    }
}
