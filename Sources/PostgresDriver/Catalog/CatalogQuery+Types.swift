extension CatalogQuery {
    /// Types, casts, operators, collations and what belongs to text search.
    static func types(_ version: Int) -> [String] {
        [
            enums, composites, domains, domainConstraints, ranges, baseTypes, casts, operators,
            operatorClasses,
            operatorFamilies, collations, statistics, configurations, dictionaries, extensions, languages,
        ]
    }

    private static let fromTypes = "FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace"
    private static let typeName = "format('%I.%I', n.nspname, t.typname)"
    private static let ourTypes = "\(ours) AND \(unextended("pg_type", "t.oid"))"

    private static let enums = """
        SELECT 'enum', \(typeName), concat_ws('; ', \(owner("t.typowner")),
          (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum AS e
            WHERE e.enumtypid = t.oid)), ''
        \(fromTypes) WHERE t.typtype = 'e' AND \(ourTypes)
        """

    private static let composites = """
        SELECT 'composite type', \(typeName), concat_ws('; ', \(owner("t.typowner")),
          (SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attcollation <> b.typcollation THEN 'collate ' || a.attcollation::regcollation::text END), ', '
              ORDER BY a.attnum)
            FROM pg_attribute AS a JOIN pg_type AS b ON b.oid = a.atttypid
            WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)), ''
        \(fromTypes) JOIN pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE \(ourTypes)
        """

    private static let domains = """
        SELECT 'domain', \(typeName), concat_ws('; ', \(owner("t.typowner")), format_type(t.typbasetype, t.typtypmod),
          CASE WHEN t.typcollation <> b.typcollation THEN 'collate ' || t.typcollation::regcollation::text END,
          CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || t.typdefault), ''
        \(fromTypes) JOIN pg_type AS b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND \(ourTypes)
        """

    private static let domainConstraints = """
        SELECT 'domain constraint', \(typeName) || '.' || quote_ident(k.conname), pg_get_constraintdef(k.oid), ''
        \(fromTypes) JOIN pg_constraint AS k ON k.contypid = t.oid AND k.contype <> 'n' WHERE \(ourTypes)
        """

    private static let ranges = """
        SELECT 'range type', \(typeName), concat_ws('; ', \(owner("t.typowner")), 'of ' || format_type(r.rngsubtype, NULL),
          'operator class ' || (SELECT opcname FROM pg_opclass WHERE oid = r.rngsubopc),
          CASE WHEN r.rngcollation <> 0 THEN 'collate ' || r.rngcollation::regcollation::text END,
          CASE WHEN r.rngcanonical <> 0 THEN 'canonical ' || r.rngcanonical END,
          CASE WHEN r.rngsubdiff <> 0 THEN 'difference ' || r.rngsubdiff END), ''
        \(fromTypes) JOIN pg_range AS r ON r.rngtypid = t.oid WHERE \(ourTypes)
        """

    /// An element type belongs to each array: those come and go with it.
    private static let baseTypes = """
        SELECT CASE t.typtype WHEN 'p' THEN 'shell type' ELSE 'type' END, \(typeName), concat_ws('; ', \(owner("t.typowner")),
          format('input %s output %s receive %s send %s', t.typinput, t.typoutput, t.typreceive, t.typsend),
          format('length %s by value %s alignment %s storage %s', t.typlen, t.typbyval, t.typalign, t.typstorage),
          'default ' || t.typdefault), ''
        \(fromTypes) WHERE t.typtype IN ('b', 'p') AND t.typcategory <> 'A' AND \(ourTypes)
        """

    private static let casts = """
        SELECT 'cast', format('%s as %s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)),
          concat_ws(' ', CASE c.castcontext WHEN 'e' THEN 'explicit' WHEN 'a' THEN 'in assignments' ELSE 'implicit' END,
            CASE c.castmethod WHEN 'i' THEN 'by input and output' WHEN 'b' THEN 'binary'
              ELSE 'by ' || c.castfunc::regprocedure::text END), ''
        FROM pg_cast AS c WHERE c.oid >= 16384 AND \(freestanding("pg_cast", "c.oid"))
        """

    private static let operators = """
        SELECT 'operator', format('%I.%s(%s, %s)', n.nspname, o.oprname,
            CASE o.oprleft WHEN 0 THEN 'none' ELSE format_type(o.oprleft, NULL) END, format_type(o.oprright, NULL)),
          concat_ws('; ', \(owner("o.oprowner")), 'function ' || o.oprcode,
            CASE WHEN o.oprcom <> 0 THEN 'commutator ' || o.oprcom::regoperator::text END,
            CASE WHEN o.oprnegate <> 0 THEN 'negator ' || o.oprnegate::regoperator::text END,
            CASE WHEN o.oprrest <> 0 THEN 'restrict ' || o.oprrest END,
            CASE WHEN o.oprjoin <> 0 THEN 'join ' || o.oprjoin END,
            CASE WHEN o.oprcanhash THEN 'hashes' END, CASE WHEN o.oprcanmerge THEN 'merges' END), ''
        FROM pg_operator AS o JOIN pg_namespace AS n ON n.oid = o.oprnamespace
        WHERE \(ours) AND \(unextended("pg_operator", "o.oid"))
        """

    private static let operatorClasses = """
        SELECT 'operator class', format('%I.%I using %s', n.nspname, o.opcname, m.amname),
          concat_ws('; ', \(owner("o.opcowner")), 'for ' || format_type(o.opcintype, NULL),
            'family ' || (SELECT opfname FROM pg_opfamily WHERE oid = o.opcfamily),
            CASE WHEN o.opcdefault THEN 'default' END,
            CASE WHEN o.opckeytype <> 0 THEN 'storage ' || format_type(o.opckeytype, NULL) END), ''
        FROM pg_opclass AS o JOIN pg_namespace AS n ON n.oid = o.opcnamespace JOIN pg_am AS m ON m.oid = o.opcmethod
        WHERE \(ours) AND \(unextended("pg_opclass", "o.oid"))
        """

    private static let operatorFamilies = """
        SELECT 'operator family', format('%I.%I using %s', n.nspname, o.opfname, m.amname),
          concat_ws('; ', \(owner("o.opfowner")),
            (SELECT 'operators ' || string_agg(a.amopstrategy || ' ' || a.amopopr::regoperator::text, ', '
                ORDER BY a.amopstrategy, a.amopopr::regoperator::text) FROM pg_amop AS a WHERE a.amopfamily = o.oid),
            (SELECT 'functions ' || string_agg(a.amprocnum || ' ' || a.amproc::regprocedure::text, ', '
                ORDER BY a.amprocnum, a.amproc::regprocedure::text) FROM pg_amproc AS a WHERE a.amprocfamily = o.oid)), ''
        FROM pg_opfamily AS o JOIN pg_namespace AS n ON n.oid = o.opfnamespace JOIN pg_am AS m ON m.oid = o.opfmethod
        WHERE \(ours) AND \(unextended("pg_opfamily", "o.oid"))
        """

    /// Its columns differ from version to version, so all count but those that name it.
    private static let collations = """
        SELECT 'collation', format('%I.%I', n.nspname, c.collname), concat_ws('; ', \(owner("c.collowner")),
          (jsonb_strip_nulls(to_jsonb(c)) - 'oid' - 'collname' - 'collnamespace' - 'collowner' - 'collversion')::text), ''
        FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
        WHERE \(ours) AND \(unextended("pg_collation", "c.oid"))
        """

    private static let statistics = """
        SELECT 'statistics', format('%I.%I', n.nspname, s.stxname), concat_ws('; ', \(owner("s.stxowner")),
          pg_get_statisticsobjdef(s.oid),
          CASE WHEN COALESCE(s.stxstattarget, -1) >= 0 THEN 'target ' || s.stxstattarget END), ''
        FROM pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace
        WHERE \(ours) AND \(unextended("pg_statistic_ext", "s.oid"))
        """

    private static let configurations = """
        SELECT 'text search configuration', format('%I.%I', n.nspname, c.cfgname), concat_ws('; ', \(owner("c.cfgowner")),
          (SELECT 'parser ' || p.prsname FROM pg_ts_parser AS p WHERE p.oid = c.cfgparser),
          (SELECT string_agg(m.alias || ': ' || m.dictionaries, '; ' ORDER BY m.alias)
            FROM (SELECT k.alias, string_agg(d.mapdict::regdictionary::text, ', ' ORDER BY d.mapseqno) AS dictionaries
              FROM pg_ts_config_map AS d JOIN ts_token_type(c.cfgparser) AS k ON k.tokid = d.maptokentype
              WHERE d.mapcfg = c.oid GROUP BY k.alias) AS m)), ''
        FROM pg_ts_config AS c JOIN pg_namespace AS n ON n.oid = c.cfgnamespace
        WHERE \(ours) AND \(unextended("pg_ts_config", "c.oid"))
        """

    private static let dictionaries = """
        SELECT 'text search dictionary', format('%I.%I', n.nspname, d.dictname), concat_ws('; ', \(owner("d.dictowner")),
          (SELECT 'template ' || t.tmplname FROM pg_ts_template AS t WHERE t.oid = d.dicttemplate), d.dictinitoption), ''
        FROM pg_ts_dict AS d JOIN pg_namespace AS n ON n.oid = d.dictnamespace
        WHERE \(ours) AND \(unextended("pg_ts_dict", "d.oid"))
        """

    private static let extensions = """
        SELECT 'extension', quote_ident(e.extname), format('version %s; schema %I', e.extversion, s.nspname), ''
        FROM pg_extension AS e JOIN pg_namespace AS s ON s.oid = e.extnamespace
        """

    private static let languages = """
        SELECT 'language', quote_ident(l.lanname), concat_ws('; ', \(owner("l.lanowner")),
          CASE WHEN l.lanpltrusted THEN 'trusted' END, 'handler ' || l.lanplcallfoid::regproc::text), ''
        FROM pg_language AS l WHERE l.oid >= 16384 AND \(unextended("pg_language", "l.oid"))
        """
}
