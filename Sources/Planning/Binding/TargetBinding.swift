public import CanonicalJSON

/// What a plan is bound to in one target: the database that answered when it was made, and what it may touch there.
public struct TargetBinding: Sendable, Equatable {
    /// What tells the database from every other: system identifier and oid, or device and inode.
    public let fingerprint: String
    /// Its name on the server; nil for a file, whose path is another on every machine.
    public let database: String?
    /// The server's version; nil where the engine is a part of gonogo.
    public let version: String?
    /// How often the work will have been begun there when this plan runs, from 1: what makes it usable once.
    public let cycle: Int
    /// The entries of the catalog that the plan may touch, by kind and name.
    public let objects: [BoundObject]
    /// The digest of all other entries.
    public let others: Digest

    /// A binding by its parts.
    public init(
        fingerprint: String, database: String?, version: String?, cycle: Int, objects: [BoundObject], others: Digest
    ) {
        self.fingerprint = fingerprint
        self.database = database
        self.version = version
        self.cycle = cycle
        self.objects = objects
        self.others = others
    }
}

/// An entry of a catalog as a plan holds it.
public struct BoundObject: Sendable, Equatable {
    /// `table`, `column`, `index`...
    public let kind: String
    /// Its full name.
    public let name: String
    /// The digest of its definition and arrangement.
    public let digest: Digest

    /// An object by its parts.
    public init(kind: String, name: String, digest: Digest) {
        self.kind = kind
        self.name = name
        self.digest = digest
    }
}

extension TargetBinding {
    var json: JSON {
        .compact([
            "fingerprint": .string(fingerprint),
            "database": .optional(database),
            "version": .optional(version),
            "cycle": .integer(cycle),
            "objects": .list(objects, \.json),
            "others": .string(others.hex),
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(
            fingerprint: try reader.string("fingerprint"),
            database: try reader.optionalString("database"),
            version: try reader.optionalString("version"),
            cycle: try reader.integer("cycle"),
            objects: try reader.list("objects", BoundObject.init),
            others: try reader.digest("others"))
    }
}

extension BoundObject {
    var json: JSON { ["kind": .string(kind), "name": .string(name), "sha256": .string(digest.hex)] }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(
            kind: try reader.string("kind"), name: try reader.string("name"), digest: try reader.digest("sha256"))
    }
}

extension PlanReader {
    fileprivate func digest(_ name: String) throws(DamagedPlan) -> Digest {
        let reader = try member(name)
        guard let digest = Digest(hex: try reader.string) else { throw reader.damaged("expected a SHA-256") }
        return digest
    }
}
