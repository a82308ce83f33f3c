extension CatalogQuery {
    /// What leads to other databases: publications, subscriptions, foreign servers and the users on them.
    static func replication(_ version: Int) -> [String] {
        [publications(version), subscriptions, wrappers, servers, userMappings]
    }

    /// Its columns differ from version to version, so all count but those that name it.
    private static func publications(_ version: Int) -> String {
        let columns = """
            (SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' FROM pg_attribute AS a
              WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs))
            """
        let part =
            version >= 150_000
            ? "COALESCE(\(columns), '') || COALESCE(' where ' || pg_get_expr(r.prqual, r.prrelid), '')" : "''"
        let schemas =
            version >= 150_000
            ? """
            (SELECT 'schemas ' || string_agg(s.pnnspid::regnamespace::text, ', ' ORDER BY s.pnnspid::regnamespace::text)
              FROM pg_publication_namespace AS s WHERE s.pnpubid = p.oid)
            """ : "NULL"
        return """
            SELECT 'publication', quote_ident(p.pubname), concat_ws('; ', \(owner("p.pubowner")),
              (to_jsonb(p) - 'oid' - 'pubname' - 'pubowner')::text, \(schemas),
              (SELECT 'tables ' || string_agg(r.prrelid::regclass::text || \(part), ', ' ORDER BY r.prrelid::regclass::text)
                FROM pg_publication_rel AS r WHERE r.prpubid = p.oid)), ''
            FROM pg_publication AS p WHERE \(unextended("pg_publication", "p.oid"))
            """
    }

    /// Its connection string may hold a password and is not readable by all.
    private static let subscriptions = """
        SELECT 'subscription', quote_ident(s.subname), concat_ws('; ', \(owner("s.subowner")),
          CASE WHEN s.subenabled THEN 'enabled' ELSE 'disabled' END, 'slot ' || s.subslotname,
          \(list("s.subpublications", "publications"))), ''
        FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid WHERE d.datname = current_database()
        """

    private static let wrappers = """
        SELECT 'foreign data wrapper', quote_ident(w.fdwname), concat_ws('; ', \(owner("w.fdwowner")),
          CASE WHEN w.fdwhandler <> 0 THEN 'handler ' || w.fdwhandler::regproc::text END,
          CASE WHEN w.fdwvalidator <> 0 THEN 'validator ' || w.fdwvalidator::regproc::text END,
          'options ' || \(secret("w.fdwoptions::text"))), ''
        FROM pg_foreign_data_wrapper AS w WHERE \(unextended("pg_foreign_data_wrapper", "w.oid"))
        """

    private static let servers = """
        SELECT 'foreign server', quote_ident(s.srvname), concat_ws('; ', \(owner("s.srvowner")),
          'type ' || s.srvtype, 'version ' || s.srvversion,
          'wrapper ' || (SELECT quote_ident(w.fdwname) FROM pg_foreign_data_wrapper AS w WHERE w.oid = s.srvfdw),
          'options ' || \(secret("s.srvoptions::text"))), ''
        FROM pg_foreign_server AS s WHERE \(unextended("pg_foreign_server", "s.oid"))
        """

    private static let userMappings = """
        SELECT 'user mapping', format('%s on %I', CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname),
          concat_ws(' ', 'options', \(secret("m.umoptions::text"))), ''
        FROM pg_user_mappings AS m
        """
}
