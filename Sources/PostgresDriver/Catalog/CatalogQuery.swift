/// The queries that read a schema from the system catalog; each answers kind, name, definition and arrangement.
///
/// They run with `pg_catalog` as their only path, so that every other name is printed with its schema.
enum CatalogQuery {
    /// All of them, for a server of this version.
    static func all(_ version: Int) -> [String] {
        relations(version) + code(version) + types(version) + access(version) + replication(version)
    }

    /// Only schemas of the user's: not the server's, not a session's own, not gonogo's.
    static let ours = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'gonogo')"

    /// Not made by an extension, which is an entry itself.
    static func unextended(_ catalog: String, _ oid: String) -> String { independent(catalog, oid, "'e'") }

    /// Neither made by an extension nor, like the functions of a range type, a part of something else.
    static func freestanding(_ catalog: String, _ oid: String) -> String {
        independent(catalog, oid, "'e', 'i'")
    }

    private static func independent(_ catalog: String, _ oid: String, _ kinds: String) -> String {
        """
        NOT EXISTS (SELECT FROM pg_depend AS member WHERE member.classid = '\(catalog)'::regclass
          AND member.objid = \(oid) AND member.deptype IN (\(kinds)))
        """
    }

    /// The elements of an array of `name=value` texts in their own order; NULL when there are none.
    static func list(_ array: String, _ label: String) -> String {
        "(SELECT '\(label) (' || string_agg(o, ', ' ORDER BY o) || ')' FROM unnest(\(array)) AS o)"
    }

    /// Every object has one; residue names it.
    static func owner(_ role: String) -> String { "'owner ' || quote_ident(pg_get_userbyid(\(role)))" }

    /// Options of servers may be secrets: compared, never shown.
    static func secret(_ text: String) -> String {
        "'sha256:' || encode(sha256(convert_to(\(text), 'UTF8')), 'hex')"
    }
}
