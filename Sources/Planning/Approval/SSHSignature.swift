import CanonicalJSON

/// What a signature by `ssh-keygen -Y sign` says of itself; whether it is good only `ssh-keygen` tells.
///
/// The form is that of OpenSSH's PROTOCOL.sshsig: a magic word, a version, then key, namespace and more, each with its
/// length before it.
public struct SSHSignature: Sendable, Equatable {
    /// The public key, as signers files have it.
    public let key: [UInt8]
    /// What it is for.
    public let namespace: String

    /// Reads one in armour; nil when it is none.
    public init?(armoured text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.first == "-----BEGIN SSH SIGNATURE-----", lines.last == "-----END SSH SIGNATURE-----",
            let bytes = Base64.decode(lines.dropFirst().dropLast().joined()), bytes.starts(with: Array("SSHSIG".utf8))
        else { return nil }
        var rest = bytes.dropFirst(6)
        guard Self.number(&rest) == 1, let key = Self.field(&rest), let namespace = Self.field(&rest) else {
            return nil
        }
        self.key = key
        self.namespace = String(decoding: namespace, as: UTF8.self)
    }

    /// The fingerprint of the key, as `ssh-keygen -l` prints it.
    public var fingerprint: String { "SHA256:" + Base64.encode(Digest(of: key).bytes) }

    /// Whether the key is a certificate, which a signer can have any number of for one key.
    public var isCertificate: Bool {
        var rest = key[...]
        let type = Self.field(&rest).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return type.contains("-cert-")
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let number = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(4)
        return number
    }

    private static func field(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let length = number(&bytes), length <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return Array(bytes.prefix(length))
    }
}

extension Digest {
    /// As bytes.
    fileprivate var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var digits = hex[...]
        while !digits.isEmpty {
            bytes.append(UInt8(digits.prefix(2), radix: 16) ?? 0)
            digits = digits.dropFirst(2)
        }
        return bytes
    }
}
