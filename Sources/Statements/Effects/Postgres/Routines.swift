/// Routines, triggers and rules, and the programs that run at once.
extension PostgresEffects {
    /// Reads such a statement; false when it is another.
    mutating func routines(_ kind: String, _ node: SyntaxNode) -> Bool {
        switch kind {
        case "CreateFunctionStmt": createRoutine(node)
        case "AlterFunctionStmt":
            let kind: SchemaObject.Kind = node.is("objtype", "OBJECT_PROCEDURE") ? .procedure : .function
            add(.alters, node["func"]?.routine(kind), .property(.definition))
        case "CreateTrigStmt":
            guard let relation = node.relationName("relation") else { break }
            add(
                node.flag("replace") ? .replaces : .creates,
                SchemaObject(.trigger, of: relation, name: node.text("trigname") ?? ""),
                .trigger(function: node.names("funcname").joined(separator: ".")))
            if let referenced = node.relationName("constrrel") { add(.reads, SchemaObject(.table, referenced)) }
        case "RuleStmt":
            guard let relation = node.relationName("relation") else { break }
            add(
                node.flag("replace") ? .replaces : .creates,
                SchemaObject(.rule, of: relation, name: node.text("rulename") ?? ""))
        case "CreateSeqStmt":
            guard let sequence = node.relationName("sequence") else { break }
            add(.creates, SchemaObject(.sequence, sequence), isTolerant: node.flag("if_not_exists"))
            if let owner = node.owner { add(.reads, SchemaObject(.table, owner)) }
        case "AlterSeqStmt": alterSequence(node)
        default: return false
        }
        return true
    }

    private mutating func createRoutine(_ node: SyntaxNode) {
        let kind: SchemaObject.Kind = node.flag("is_procedure") ? .procedure : .function
        let inputs = node.list("parameters").compactMap { $0.content(of: "FunctionParameter") }.filter {
            !$0.is("mode", "FUNC_PARAM_TABLE") && !$0.is("mode", "FUNC_PARAM_OUT")
        }
        let path = node.names("funcname")
        guard let name = path.last else { return }
        let arguments = inputs.compactMap { $0["argType"]?.typeReference?.text }.joined(separator: ", ")
        let options = node.list("options").compactMap { $0.content(of: "DefElem") }
        func option(_ name: String) -> SyntaxNode? { options.first { $0.text("defname") == name }?["arg"] }
        let setsPath = options.contains {
            $0.text("defname") == "set" && $0["arg"]?.content(of: "VariableSetStmt")?.text("name") == "search_path"
        }
        let definition = RoutineDefinition(
            language: option("language")?.content(of: "String")?.text("sval") ?? "sql",
            isSecurityDefiner: option("security")?.content(of: "Boolean")?.flag("boolval") ?? false,
            fixesSearchPath: setsPath)
        add(
            node.flag("replace") ? .replaces : .creates,
            SchemaObject(
                kind, schema: path.count > 1 ? path[path.count - 2] : nil, name: name, arguments: arguments),
            .routine(definition))
    }

    private mutating func alterSequence(_ node: SyntaxNode) {
        guard let sequence = node.relationName("sequence") else { return }
        let names = node.list("options").compactMap { $0.content(of: "DefElem")?.text("defname") }
        let property: Property = names.contains("restart") ? .position : .definition
        let owned = names.contains("owned_by")
        add(
            .alters, SchemaObject(.sequence, sequence), .property(owned ? .ownedBy(node.owner) : property),
            isTolerant: node.flag("missing_ok"))
    }

    /// `CALL` of a procedure, which may do anything, commit too.
    mutating func call(_ node: SyntaxNode) {
        cannotSee(.procedure(node["funccall"]?.names("funcname").joined(separator: ".") ?? ""))
    }

    /// A `DO`: what its PL/pgSQL is seen to do; another language is not read.
    mutating func program(_ node: SyntaxNode, _ sql: String) {
        let options = node.list("args").compactMap { $0.content(of: "DefElem") }
        let language = options.first { $0.text("defname") == "language" }?["arg"]?.content(of: "String")?.text("sval")
        guard language ?? "plpgsql" == "plpgsql" else { return cannotSee(.language(language ?? "")) }
        guard depth < 4, let body = SyntaxTree(parsingBodiesOf: sql) else { return cannotSee(.language("plpgsql")) }
        var program = Program(depth: depth)
        program.read(body.root)
        merge(program.effects)
    }

    /// What the body of a routine does; nil where it is not read.
    static func body(of definition: String) -> StatementEffects? {
        guard TreeDepth.isSafe(definition), let tree = SyntaxTree(parsing: definition),
            let node = tree.statements.first?.content(of: "CreateFunctionStmt")
        else { return nil }
        let options = node.list("options").compactMap { $0.content(of: "DefElem") }
        func option(_ name: String) -> SyntaxNode? { options.first { $0.text("defname") == name }?["arg"] }
        switch option("language")?.content(of: "String")?.text("sval") {
        case "plpgsql":
            guard let body = SyntaxTree(parsingBodiesOf: definition) else { return nil }
            var program = Program(depth: 1)
            program.read(body.root)
            return program.effects
        case "sql": return option("as")?.names.first.map { read($0, depth: 1) }
        default: return nil
        }
    }

    /// Takes over what a part of the statement was found to do.
    mutating func merge(_ other: StatementEffects) {
        effects.changes += other.changes
        for unseen in other.unseen { cannotSee(unseen) }
        effects.isGuard = effects.isGuard || other.isGuard
        effects.columns.formUnion(other.columns)
        effects.loopsOverRows = effects.loopsOverRows || other.loopsOverRows
        effects.endlessLoop = effects.endlessLoop ?? other.endlessLoop
    }
}

extension SyntaxNode {
    /// The table of `OWNED BY table.column`.
    fileprivate var owner: RelationName? {
        for option in list("options").compactMap({ $0.content(of: "DefElem") }) where option.is("defname", "owned_by") {
            let path = option["arg"]?.names ?? []
            guard path.count > 1 else { return nil }
            return RelationName(schema: path.count > 2 ? path[path.count - 3] : nil, name: path[path.count - 2])
        }
        return nil
    }
}
