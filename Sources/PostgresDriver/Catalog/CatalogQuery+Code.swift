extension CatalogQuery {
    /// Functions, aggregates, triggers, rules, policies and event triggers.
    static func code(_ version: Int) -> [String] {
        [functions(version), aggregates, triggers, rules, policies, eventTriggers]
    }

    /// Bodies are compared without regard to blanks; that the blanks are the same too is a lesser matter.
    private static func functions(_ version: Int) -> String {
        let sqlBody = version >= 140_000 ? "pg_get_function_sqlbody(p.oid)" : "NULL"
        return """
            SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
              format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
              concat_ws('; ', \(owner("p.proowner")), 'arguments ' || NULLIF(pg_get_function_arguments(p.oid), ''),
                'returns ' || pg_get_function_result(p.oid), 'language ' || quote_ident(l.lanname),
                CASE p.prokind WHEN 'w' THEN 'window' END,
                CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END,
                CASE WHEN p.proisstrict THEN 'strict' END, CASE WHEN p.prosecdef THEN 'security definer' END,
                CASE WHEN p.proleakproof THEN 'leakproof' END,
                CASE p.proparallel WHEN 's' THEN 'parallel safe' WHEN 'r' THEN 'parallel restricted' END,
                format('cost %s rows %s', p.procost, p.prorows),
                CASE WHEN p.prosupport <> 0 THEN 'support ' || p.prosupport END,
                CASE WHEN p.protrftypes IS NOT NULL THEN 'transforms ' || p.protrftypes::regtype[]::text END,
                \(list("p.proconfig", "set")), p.probin,
                'body ' || btrim(regexp_replace(COALESCE(\(sqlBody), p.prosrc), '\\s+', ' ', 'g'))),
              encode(sha256(convert_to(COALESCE(\(sqlBody), p.prosrc), 'UTF8')), 'hex')
            FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace JOIN pg_language AS l ON l.oid = p.prolang
            WHERE p.prokind <> 'a' AND \(ours) AND \(freestanding("pg_proc", "p.oid"))
            """
    }

    private static let aggregates = """
        SELECT 'aggregate', format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
          concat_ws('; ', \(owner("p.proowner")), 'arguments ' || pg_get_function_arguments(p.oid),
            'returns ' || pg_get_function_result(p.oid),
            CASE p.proparallel WHEN 's' THEN 'parallel safe' WHEN 'r' THEN 'parallel restricted' END,
            'state ' || format_type(g.aggtranstype, NULL), 'step ' || g.aggtransfn::regprocedure::text,
            CASE WHEN g.aggfinalfn <> 0 THEN 'final ' || g.aggfinalfn::regprocedure::text END,
            CASE WHEN g.aggcombinefn <> 0 THEN 'combine ' || g.aggcombinefn::regprocedure::text END,
            CASE WHEN g.aggmtransfn <> 0 THEN 'moving ' || g.aggmtransfn::regprocedure::text END,
            CASE WHEN g.aggsortop <> 0 THEN 'sort ' || g.aggsortop::regoperator::text END,
            'initial ' || quote_literal(g.agginitval), 'moving initial ' || quote_literal(g.aggminitval),
            format('kind %s %s %s', g.aggkind, g.aggfinalmodify, g.aggfinalextra)), ''
        FROM pg_aggregate AS g JOIN pg_proc AS p ON p.oid = g.aggfnoid JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE \(ours) AND \(unextended("pg_proc", "p.oid"))
        """

    /// Whether a trigger or rule fires: only in what cases it does not is worth a word.
    private static func enabled(_ state: String) -> String {
        "CASE \(state) WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica only' WHEN 'A' THEN 'always' END"
    }

    private static let triggers = """
        SELECT 'trigger', format('%I.%I.%I', n.nspname, c.relname, t.tgname),
          concat_ws('; ', pg_get_triggerdef(t.oid), \(enabled("t.tgenabled"))), ''
        FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND \(ours) AND \(unextended("pg_trigger", "t.oid"))
        """

    /// A view's own rule is its definition.
    private static let rules = """
        SELECT 'rule', format('%I.%I.%I', n.nspname, c.relname, r.rulename),
          concat_ws('; ', pg_get_ruledef(r.oid), \(enabled("r.ev_enabled"))), ''
        FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE r.rulename <> '_RETURN' AND \(ours) AND \(unextended("pg_rewrite", "r.oid"))
        """

    private static let policies = """
        SELECT 'policy', format('%I.%I.%I', n.nspname, c.relname, p.polname),
          concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
            CASE p.polcmd WHEN 'r' THEN 'for select' WHEN 'a' THEN 'for insert' WHEN 'w' THEN 'for update'
              WHEN 'd' THEN 'for delete' ELSE 'for all' END,
            (SELECT 'to ' || string_agg(r.name, ', ' ORDER BY r.name)
              FROM (SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END AS name
                FROM unnest(p.polroles) AS role) AS r),
            'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
            'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'), ''
        FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE \(ours) AND \(unextended("pg_class", "c.oid"))
        """

    private static let eventTriggers = """
        SELECT 'event trigger', quote_ident(e.evtname),
          concat_ws('; ', \(owner("e.evtowner")), 'on ' || e.evtevent, \(list("e.evttags", "when tag in")),
            'execute ' || e.evtfoid::regprocedure::text, \(enabled("e.evtenabled"))), ''
        FROM pg_event_trigger AS e WHERE \(unextended("pg_event_trigger", "e.oid"))
        """
}
