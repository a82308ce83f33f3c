import CCrypto

/// A SHA-256 over bytes, by libcrypto.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// 64 hexadecimal digits, lower case.
    public let hex: String

    /// The digest of these bytes.
    public init(of bytes: [UInt8]) {
        var output = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let done = EVP_Digest(bytes, bytes.count, &output, &length, EVP_sha256(), nil)
        precondition(done == 1 && length == 32, "libcrypto offers SHA-256 in every build")
        hex = output.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    /// The digest of a text's UTF-8 bytes.
    public init(of text: String) { self.init(of: Array(text.utf8)) }

    /// The digest of a value's canonical bytes.
    public init(of value: JSON) { self.init(of: value.canonicalBytes) }

    /// A digest that was written down; nil unless it is 64 lower-case hexadecimal digits.
    public init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy({ $0.isLowerHexadecimal }) else { return nil }
        self.hex = hex
    }

    /// The first eight digits, as people compare them.
    public var short: String { String(hex.prefix(8)) }

    /// All digits.
    public var description: String { hex }
}

extension UInt8 {
    fileprivate var isLowerHexadecimal: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
