extension CatalogQuery {
    /// Who may do what, what is remarked about objects, and what the database itself is set to.
    static func access(_ version: Int) -> [String] {
        [grants, defaultGrants, relationComments, otherComments, databaseComment, labels, database, settings]
    }

    /// Only what differs from the privileges an object has when nobody grants or revokes any.
    private static func privileges(_ acl: String, _ byDefault: String) -> String {
        func grouped(_ acl: String) -> String {
            """
            (SELECT grantee, string_agg(DISTINCT word, ', ' ORDER BY word) AS words FROM (SELECT x.grantee,
              x.privilege_type || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END AS word
              FROM aclexplode(\(acl)) AS x) AS w GROUP BY grantee)
            """
        }
        return """
            (SELECT CASE COALESCE(now.grantee, usual.grantee) WHEN 0 THEN 'PUBLIC'
                ELSE quote_ident(pg_get_userbyid(COALESCE(now.grantee, usual.grantee))) END AS grantee,
              COALESCE(now.words, 'nothing') AS words
            FROM \(grouped(acl)) AS now FULL JOIN \(grouped(byDefault)) AS usual ON usual.grantee = now.grantee
            WHERE now.words IS DISTINCT FROM usual.words)
            """
    }

    private static let grants = """
        SELECT 'grant', o.name || ' to ' || p.grantee, p.words, ''
        FROM (
          SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
              WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || format('%I.%I', n.nspname, c.relname) AS name,
            c.relacl AS acl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS usual
          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
          WHERE c.relacl IS NOT NULL AND \(ours) AND \(unextended("pg_class", "c.oid"))
          UNION ALL SELECT 'column ' || format('%I.%I.%I', n.nspname, c.relname, a.attname), a.attacl, NULL
          FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
          WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND \(ours) AND \(unextended("pg_class", "c.oid"))
          UNION ALL SELECT CASE f.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END
              || format('%I.%I(%s)', n.nspname, f.proname, oidvectortypes(f.proargtypes)), f.proacl,
            acldefault('f', f.proowner)
          FROM pg_proc AS f JOIN pg_namespace AS n ON n.oid = f.pronamespace
          WHERE f.proacl IS NOT NULL AND \(ours) AND \(unextended("pg_proc", "f.oid"))
          UNION ALL SELECT 'schema ' || quote_ident(n.nspname), n.nspacl, acldefault('n', n.nspowner)
          FROM pg_namespace AS n WHERE n.nspacl IS NOT NULL AND \(ours)
          UNION ALL SELECT 'type ' || format('%I.%I', n.nspname, t.typname), t.typacl, acldefault('T', t.typowner)
          FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
          WHERE t.typacl IS NOT NULL AND \(ours) AND \(unextended("pg_type", "t.oid"))
          UNION ALL SELECT 'language ' || quote_ident(l.lanname), l.lanacl, acldefault('l', l.lanowner)
          FROM pg_language AS l WHERE l.lanacl IS NOT NULL
          UNION ALL SELECT 'foreign server ' || quote_ident(s.srvname), s.srvacl, acldefault('S', s.srvowner)
          FROM pg_foreign_server AS s WHERE s.srvacl IS NOT NULL
          UNION ALL SELECT 'foreign data wrapper ' || quote_ident(w.fdwname), w.fdwacl, acldefault('F', w.fdwowner)
          FROM pg_foreign_data_wrapper AS w WHERE w.fdwacl IS NOT NULL
          UNION ALL SELECT 'this database', d.datacl, acldefault('d', d.datdba)
          FROM pg_database AS d WHERE d.datname = current_database() AND d.datacl IS NOT NULL
        ) AS o CROSS JOIN LATERAL \(privileges("o.acl", "o.usual")) AS p
        """

    /// Those of a schema come on top of the usual ones, those of no schema take their place.
    private static let defaultGrants = """
        SELECT 'default grant', concat_ws(' ', o.name, 'to', p.grantee), p.words, ''
        FROM (SELECT concat_ws(' ', CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
              WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END,
            'made by', quote_ident(pg_get_userbyid(d.defaclrole)), 'in ' || quote_ident(n.nspname)) AS name,
            d.defaclacl AS acl, CASE WHEN d.defaclnamespace = 0 AND d.defaclobjtype IN ('r', 'S', 'f', 'T', 'n')
              THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END AS usual
          FROM pg_default_acl AS d LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
        ) AS o CROSS JOIN LATERAL \(privileges("o.acl", "o.usual")) AS p
        """

    private static let relationComments = """
        SELECT 'comment', CASE WHEN a.attname IS NOT NULL THEN 'column ' ELSE
            CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
              WHEN 'i' THEN 'index ' WHEN 'I' THEN 'index ' WHEN 'f' THEN 'foreign table ' WHEN 'c' THEN 'type '
              ELSE 'table ' END END || concat_ws('.', quote_ident(n.nspname), quote_ident(c.relname), quote_ident(a.attname)),
          d.description, ''
        FROM pg_description AS d JOIN pg_class AS c ON c.oid = d.objoid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
        WHERE d.classoid = 'pg_class'::regclass AND \(ours) AND \(unextended("pg_class", "c.oid"))
        """

    private static let otherComments = """
        SELECT 'comment', i.type || ' ' || i.identity, d.description, ''
        FROM pg_description AS d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
        WHERE d.classoid NOT IN ('pg_class'::regclass, 'pg_extension'::regclass) AND (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass)
          AND COALESCE(i.schema, '') !~ '^pg_' AND COALESCE(i.schema, '') NOT IN ('information_schema', 'gonogo')
          AND NOT (d.classoid = 'pg_namespace'::regclass AND i.name ~ '^(pg_|information_schema$|gonogo$)')
          AND NOT EXISTS (SELECT FROM pg_depend AS member WHERE member.classid = d.classoid
            AND member.objid = d.objoid AND member.deptype = 'e')
        """

    private static let databaseComment = """
        SELECT 'comment', 'this database', s.description, ''
        FROM pg_shdescription AS s JOIN pg_database AS d ON d.oid = s.objoid AND s.classoid = 'pg_database'::regclass
        WHERE d.datname = current_database()
        """

    private static let labels = """
        SELECT 'security label', concat_ws(' ', i.type, i.identity, 'by', s.provider), s.label, ''
        FROM pg_seclabel AS s CROSS JOIN LATERAL pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i
        WHERE COALESCE(i.schema, '') !~ '^pg_' AND COALESCE(i.schema, '') NOT IN ('information_schema', 'gonogo')
        """

    private static let database = """
        SELECT 'database', 'this database', concat_ws('; ', \(owner("d.datdba")),
          'encoding ' || pg_encoding_to_char(d.encoding), 'collate ' || d.datcollate, 'ctype ' || d.datctype,
          'connections ' || d.datconnlimit), ''
        FROM pg_database AS d WHERE d.datname = current_database()
        """

    /// A setting of somebody's own, with a dot in its name, may be a secret: compared, never shown.
    private static let settings = """
        SELECT 'setting', concat_ws(' ', split_part(o, '=', 1), 'for ' || quote_ident(r.rolname)),
          CASE WHEN split_part(o, '=', 1) LIKE '%.%' THEN \(secret("o"))
            ELSE substr(o, strpos(o, '=') + 1) END, ''
        FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase
        LEFT JOIN pg_roles AS r ON r.oid = s.setrole CROSS JOIN LATERAL unnest(s.setconfig) AS o
        WHERE d.datname = current_database()
        """
}
