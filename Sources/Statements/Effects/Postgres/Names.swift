/// Names as parse trees have them.
extension SyntaxNode {
    /// The texts of a list of names: `[{"String": {"sval": "a"}}]`.
    var names: [String] {
        let items = content(of: "List")?.list("items") ?? elements
        return items.compactMap { $0.content(of: "String")?.text("sval") }
    }

    /// The names of a list under that name.
    func names(_ name: StaticString) -> [String] { self[name]?.names ?? [] }

    /// The relation that a `RangeVar` names.
    var relationName: RelationName? {
        let own = content(of: "RangeVar") ?? self
        return own.text("relname").map { RelationName(schema: own.text("schemaname"), name: $0) }
    }

    /// The relation under that name.
    func relationName(_ name: StaticString) -> RelationName? { self[name]?.relationName }

    /// The type that a `TypeName` names.
    var typeReference: TypeReference? {
        let own = content(of: "TypeName") ?? self
        let parts = own.names("names")
        guard let name = parts.last else { return nil }
        let modifiers = own.list("typmods").compactMap { modifier in
            modifier.content(of: "A_Const")?["ival"].map { $0.number("ival") }
        }
        return TypeReference(
            schema: parts.count > 1 ? parts[parts.count - 2] : nil, name: name, modifiers: modifiers,
            isArray: own["arrayBounds"] != nil)
    }

    /// The role that a `RoleSpec` names.
    var roleName: String {
        let own = content(of: "RoleSpec") ?? self
        return own.text("rolename") ?? own.text("roletype")?.replacing("ROLESPEC_", with: "") ?? ""
    }

    /// An object by the one or two last names of a list: schema and name.
    func object(_ kind: SchemaObject.Kind) -> SchemaObject? { SchemaObject(kind, path: names) }

    /// A routine with its arguments, as `DROP`, `ALTER` and `COMMENT` name it.
    func routine(_ kind: SchemaObject.Kind) -> SchemaObject? {
        let own = content(of: "ObjectWithArgs") ?? self
        let path = own.names("objname")
        guard let name = path.last else { return nil }
        let arguments = own.flag("args_unspecified") ? nil : own.list("objargs").types
        return SchemaObject(
            kind, schema: path.count > 1 ? path[path.count - 2] : nil, name: name, arguments: arguments)
    }
}

extension SchemaObject {
    /// An object by its path: the last name, and the schema before it.
    init?(_ kind: Kind, path: [String]) {
        guard let name = path.last else { return nil }
        self.init(kind, schema: path.count > 1 ? path[path.count - 2] : nil, name: name)
    }

    /// A part of a relation by its path: the last name, the relation before it, and its schema.
    init?(_ kind: Kind, partOf path: [String]) {
        guard path.count > 1, let name = path.last else { return nil }
        self.init(
            kind, schema: path.count > 2 ? path[path.count - 3] : nil, relation: path[path.count - 2], name: name)
    }

    /// A part of a relation.
    init(_ kind: Kind, of relation: RelationName, name: String) {
        self.init(kind, schema: relation.schema, relation: relation.name, name: name)
    }

    /// A relation.
    init(_ kind: Kind, _ relation: RelationName) {
        self.init(kind, schema: relation.schema, name: relation.name)
    }
}

extension [SyntaxNode] {
    /// The types of arguments, in the server's spelling.
    var types: String { compactMap { $0.typeReference?.text }.joined(separator: ", ") }
}

extension TypeReference {
    /// As the server spells it: `integer`, `character varying(50)`, `numeric(10,2)`, `mood[]`.
    public var text: String {
        let plain = schema == "pg_catalog" || schema == nil ? Self.spellings[name] ?? name : "\(schema ?? "").\(name)"
        let parentheses = modifiers.isEmpty ? "" : "(" + modifiers.map(String.init).joined(separator: ",") + ")"
        return plain + parentheses + (isArray ? "[]" : "")
    }

    /// Whether it is one of the server's own types, for which it is known what a change of it takes.
    public var isBuiltIn: Bool { schema == "pg_catalog" || schema == nil && Self.known.contains(name) }

    /// Whether a sequence comes with it.
    var isSerial: Bool { schema == nil && Self.serials.contains(name) }

    private static let serials: Set<String> = [
        "serial", "serial2", "serial4", "serial8", "smallserial", "bigserial",
    ]

    private static let spellings = [
        "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
        "bool": "boolean", "varchar": "character varying", "bpchar": "character",
        "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
        "time": "time without time zone", "timetz": "time with time zone", "varbit": "bit varying",
    ]

    private static let known: Set<String> = Set(spellings.keys).union([
        "text", "numeric", "uuid", "json", "jsonb", "bytea", "date", "interval", "bit", "inet", "cidr", "macaddr",
        "macaddr8", "money", "name", "oid", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle",
        "tsvector", "tsquery", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "regclass",
        "char", "pg_lsn", "txid_snapshot", "xid", "jsonpath",
    ])
}
