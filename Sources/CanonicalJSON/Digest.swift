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
        self.init(output)
    }

    fileprivate init(_ output: [UInt8]) {
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

/// A SHA-256 that takes its bytes piece by piece, so that what is hashed need not be whole in memory.
public struct DigestStream: ~Copyable {
    private let context: OpaquePointer?

    /// Nothing taken in yet.
    public init() {
        context = EVP_MD_CTX_new()
        let ready = EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(ready == 1, "libcrypto offers SHA-256 in every build")
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    public mutating func take(_ bytes: [UInt8]) {
        let taken = EVP_DigestUpdate(context, bytes, bytes.count)
        precondition(taken == 1, "a digest that was begun takes bytes")
    }

    /// The digest of all bytes taken.
    public consuming func finish() -> Digest {
        var output = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let done = EVP_DigestFinal_ex(context, &output, &length)
        precondition(done == 1 && length == 32, "a SHA-256 has 32 bytes")
        return Digest(output)
    }
}

extension UInt8 {
    fileprivate var isLowerHexadecimal: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
