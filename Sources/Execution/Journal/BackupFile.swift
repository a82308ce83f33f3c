public import CanonicalJSON

/// A backup, as it was when it had been proved.
public struct BackupFile: Sendable, Equatable {
    /// Its path, from the root of the runbook where it is not absolute.
    public let path: String
    /// Its length.
    public let bytes: Int
    /// How many objects the database has.
    public let objects: Int
    /// SHA-256 of its bytes.
    public let digest: Digest

    /// A backup by its parts.
    public init(path: String, bytes: Int, objects: Int, digest: Digest) {
        self.path = path
        self.bytes = bytes
        self.objects = objects
        self.digest = digest
    }

    /// As the journal and reports hold it.
    public var json: [String: JSON] {
        [
            "path": .string(path), "bytes": .integer(bytes), "objects": .integer(objects),
            "sha256": .string(digest.hex),
        ]
    }

    init?(_ json: JSON) {
        guard let path = json["path"]?.string, let digest = json["sha256"]?.string.flatMap(Digest.init(hex:)) else {
            return nil
        }
        self.init(
            path: path, bytes: json["bytes"]?.integer ?? 0, objects: json["objects"]?.integer ?? 0, digest: digest)
    }
}
