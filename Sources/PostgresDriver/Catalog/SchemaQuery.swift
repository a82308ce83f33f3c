import Databases

/// The questions that `SchemaFacts` are made of, in an order in which each row can be taken in by itself.
enum SchemaQuery: CaseIterable {
    case relations, inheritance, sequences, statistics, triggerFunctions, columns, constraints, indexes, parts, views,
        policies
    case types, casts, routines, others

    /// Asked before names are looked up otherwise: whether a new session has that path and that zone.
    static let session = "SELECT array_to_string(current_schemas(false), \(between)), current_setting('TimeZone')"

    /// What separates names in a list.
    private static let between = "chr(31)"

    /// The question.
    var text: String {
        switch self {
        case .relations: Self.relationRows
        case .inheritance: Self.inheritanceRows
        case .sequences: Self.sequenceRows
        case .statistics: Self.statisticsRows
        case .triggerFunctions: Self.triggerFunctionRows
        case .columns: Self.columnRows
        case .constraints: Self.constraintRows
        case .indexes: Self.indexRows
        case .parts: Self.partRows
        case .views: Self.viewRows
        case .policies: Self.policyRows
        case .types: Self.typeRows
        case .casts: Self.castRows
        case .routines: Self.routineRows
        case .others: Self.otherRows
        }
    }

    /// Schemas in which users have something; what extensions made counts as well, since names lead to it.
    private static let ours = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'gonogo')"

    private static let relationRows = """
        SELECT n.nspname, c.relname, c.relkind::text, m.amname,
          CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint::text END,
          CASE WHEN c.relkind IN ('r', 'm', 'S') THEN pg_total_relation_size(c.oid)::text END,
          c.relrowsecurity::text, c.relforcerowsecurity::text, dn.nspname, d.relname, pg_get_userbyid(c.relowner)
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_am AS m ON m.oid = c.relam
        LEFT JOIN pg_partitioned_table AS p ON p.partrelid = c.oid
        LEFT JOIN pg_class AS d ON d.oid = NULLIF(p.partdefid, 0) LEFT JOIN pg_namespace AS dn ON dn.oid = d.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND \(ours) ORDER BY 1, 2
        """

    private static let inheritanceRows = """
        SELECT n.nspname, c.relname, pn.nspname, p.relname
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f') AND \(ours) ORDER BY 1, 2, i.inhseqno
        """

    private static let sequenceRows = """
        SELECT n.nspname, c.relname, tn.nspname, t.relname
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
          AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
        JOIN pg_class AS t ON t.oid = d.refobjid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
        WHERE c.relkind = 'S' AND \(ours) ORDER BY 1, 2
        """

    private static let statisticsRows = """
        SELECT n.nspname, s.stxname, tn.nspname, t.relname
        FROM pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace
        JOIN pg_class AS t ON t.oid = s.stxrelid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
        WHERE \(ours) ORDER BY 1, 2
        """

    private static let triggerFunctionRows = """
        SELECT DISTINCT n.nspname, f.proname, tn.nspname, t.relname
        FROM pg_trigger AS g JOIN pg_proc AS f ON f.oid = g.tgfoid JOIN pg_namespace AS n ON n.oid = f.pronamespace
        JOIN pg_class AS t ON t.oid = g.tgrelid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
        WHERE NOT g.tgisinternal AND \(ours) ORDER BY 1, 2, 3, 4
        """

    /// The type of an array's elements stands for it; modifiers are what is printed in parentheses.
    private static func type(_ oid: String, _ modifier: String) -> String {
        """
        (SELECT concat_ws(\(between), tyn.nspname, e.typname, CASE WHEN ty.typelem <> 0 AND ty.typlen = -1 THEN 't' ELSE 'f' END,
          COALESCE(substring(format_type(ty.oid, \(modifier)) FROM '[(]([0-9, ]+)[)]'), ''))
          FROM pg_type AS ty JOIN pg_type AS e
            ON e.oid = CASE WHEN ty.typelem <> 0 AND ty.typlen = -1 THEN ty.typelem ELSE ty.oid END
          JOIN pg_namespace AS tyn ON tyn.oid = e.typnamespace WHERE ty.oid = \(oid))
        """
    }

    private static let columnRows = """
        SELECT n.nspname, c.relname, a.attname, \(type("a.atttypid", "a.atttypmod")), a.attnotnull::text
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND \(ours) ORDER BY 1, 2, a.attnum
        """

    private static func names(_ numbers: String, of relation: String) -> String {
        """
        (SELECT string_agg(a.attname, \(between) ORDER BY u.place) FROM unnest(\(numbers)) WITH ORDINALITY AS u (number, place)
          JOIN pg_attribute AS a ON a.attrelid = \(relation) AND a.attnum = u.number)
        """
    }

    private static let constraintRows = """
        SELECT n.nspname, c.relname, k.conname, k.contype::text, \(names("k.conkey", of: "k.conrelid")), fn.nspname, f.relname,
          \(names("k.confkey", of: "k.confrelid")), k.convalidated::text, pg_get_constraintdef(k.oid)
        FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_class AS f ON f.oid = NULLIF(k.confrelid, 0) LEFT JOIN pg_namespace AS fn ON fn.oid = f.relnamespace
        WHERE k.contype IN ('c', 'u', 'p', 'f', 'x') AND \(ours) ORDER BY 1, 2, 3
        """

    private static let indexRows = """
        SELECT n.nspname, ic.relname, c.relname, \(names("i.indkey::int2[]", of: "i.indrelid")), i.indisunique::text,
          (i.indisvalid AND i.indisready)::text,
          EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))::text
        FROM pg_index AS i JOIN pg_class AS ic ON ic.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = ic.relnamespace
        JOIN pg_class AS c ON c.oid = i.indrelid
        WHERE \(ours) ORDER BY 1, 2
        """

    private static let partRows = """
        SELECT 'trigger', n.nspname, c.relname, g.tgname
        FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = g.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE NOT g.tgisinternal AND \(ours)
        UNION ALL SELECT 'policy', n.nspname, c.relname, p.polname
        FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE \(ours)
        UNION ALL SELECT 'rule', n.nspname, c.relname, r.rulename
        FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE r.rulename <> '_RETURN' AND \(ours)
        ORDER BY 2, 3, 1, 4
        """

    /// A view is the rule that answers for it.
    private static let viewRows = """
        SELECT DISTINCT n.nspname, c.relname, CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END,
          tn.nspname, t.relname, a.attname
        FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
          AND d.refobjid <> c.oid
        JOIN pg_class AS t ON t.oid = d.refobjid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
        LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
        WHERE c.relkind IN ('v', 'm') AND \(ours) ORDER BY 1, 2, 4, 5, 6
        """

    /// The columns that a policy's conditions name, of its own table or of others.
    private static let policyRows = """
        SELECT DISTINCT n.nspname, p.polname, 'policy ' || quote_ident(p.polname) || ' on ' || quote_ident(c.relname),
          tn.nspname, t.relname, a.attname
        FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_depend AS d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
          AND d.deptype = 'n'
        JOIN pg_class AS t ON t.oid = d.refobjid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
        LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
        WHERE \(ours) ORDER BY 1, 2, 4, 5, 6
        """

    private static let typeRows = """
        SELECT n.nspname, t.typname, t.typtype::text, CASE t.typtype WHEN 'd' THEN \(type("t.typbasetype", "t.typtypmod")) END,
          (t.typnotnull OR EXISTS (SELECT FROM pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c'))::text,
          (SELECT string_agg(e.enumlabel, \(between) ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid)
        FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
        LEFT JOIN pg_class AS c ON c.oid = NULLIF(t.typrelid, 0)
        WHERE t.typtype <> 'p' AND NOT (t.typelem <> 0 AND t.typlen = -1) AND (c.oid IS NULL OR c.relkind = 'c') AND \(ours)
        ORDER BY 1, 2
        """

    private static let castRows = """
        SELECT sn.nspname, s.typname, tn.nspname, t.typname
        FROM pg_cast AS c JOIN pg_type AS s ON s.oid = c.castsource JOIN pg_namespace AS sn ON sn.oid = s.typnamespace
        JOIN pg_type AS t ON t.oid = c.casttarget JOIN pg_namespace AS tn ON tn.oid = t.typnamespace
        WHERE c.castmethod = 'b' ORDER BY 1, 2, 3, 4
        """

    /// With the statement that would make it anew, for the languages that can be read; those of extensions are in C.
    private static let routineRows = """
        SELECT n.nspname, f.proname, f.prokind::text, oidvectortypes(f.proargtypes), (f.provolatile = 'v')::text, l.lanname,
          CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN pg_get_functiondef(f.oid) END
        FROM pg_proc AS f JOIN pg_namespace AS n ON n.oid = f.pronamespace JOIN pg_language AS l ON l.oid = f.prolang
        WHERE f.prokind IN ('f', 'p', 'w') AND \(ours) ORDER BY 1, 2, 4
        """

    private static let otherRows = """
        SELECT 'schema', n.nspname FROM pg_namespace AS n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        UNION ALL SELECT 'extension', extname FROM pg_extension ORDER BY 1, 2
        """
}
