/// What a program in PL/pgSQL is seen to do.
///
/// SQL that is written in it is read like any other. SQL that is put together while it runs is read when all its parts
/// are constants; otherwise its constant beginning is told, and no more.
struct Program {
    private(set) var effects = StatementEffects()
    private let depth: Int

    init(depth: Int) { self.depth = depth }

    mutating func read(_ body: SyntaxNode) {
        for raise in body.all("PLpgSQL_stmt_raise") where raise.number("elog_level") >= 21 || raise["elog_level"] == nil
        {
            effects.isGuard = true
        }
        let loops = body.loops
        let branches = body.all("PLpgSQL_stmt_if") + body.all("PLpgSQL_stmt_case") + loops
        for statement in body.all("PLpgSQL_stmt_execsql") {
            guard let query = statement["sqlstmt"]?.query else { continue }
            let found = PostgresEffects.read(query, depth: depth + 1)
            let writes = found.changes.contains { [.updates, .deletes, .inserts].contains($0.action) }
            if writes, loops.contains(where: { $0.holds(statement) }) {
                effects.loopsOverRows = true
                effects.endlessLoop = effects.endlessLoop ?? found.endlessLoop
            }
            take(found, isConditional: branches.contains { $0.holds(statement) })
        }
        for statement in body.all("PLpgSQL_stmt_dynexecute") + body.all("PLpgSQL_stmt_dynfors") {
            guard let query = statement["query"]?.query else { continue }
            let isConditional = branches.contains { $0.holds(statement) }
            switch Self.dynamic(query) {
            case .whole(let sql): take(PostgresEffects.read(sql, depth: depth + 1), isConditional: isConditional)
            case .begins(let words): add(.dynamic(words))
            }
        }
        if body.holds("PLpgSQL_stmt_commit") || body.holds("PLpgSQL_stmt_rollback") { add(.commits) }
        readExpressions(body)
    }

    /// Conditions, assignments and loops read, and may call what writes.
    private mutating func readExpressions(_ body: SyntaxNode) {
        let written = Set(
            (body.all("PLpgSQL_stmt_execsql").compactMap { $0["sqlstmt"]?.query })
                + (body.all("PLpgSQL_stmt_dynexecute").compactMap { $0["query"]?.query }))
        for expression in body.all("PLpgSQL_expr") {
            guard let query = expression.text("query"), !written.contains(query) else { continue }
            // An expression is printed as it stands in the program, an assignment with its target, a query as a whole.
            let value = query.firstRange(of: ":=").map { String(query[$0.upperBound...]) } ?? query
            for candidate in [query, "SELECT " + value] {
                let found = PostgresEffects.read(candidate, depth: depth + 1)
                if found.unseen.contains(.notParsed) { continue }
                take(found, isConditional: false)
                break
            }
        }
    }

    private mutating func take(_ found: StatementEffects, isConditional: Bool) {
        for var change in found.changes {
            change.isConditional = change.isConditional || isConditional
            if !effects.changes.contains(change) { effects.changes.append(change) }
        }
        for unseen in found.unseen where unseen != .notParsed { add(unseen) }
        effects.columns.formUnion(found.columns)
    }

    private mutating func add(_ unseen: Unseen) {
        if !effects.unseen.contains(unseen) { effects.unseen.append(unseen) }
    }

    private enum Dynamic {
        case whole(String)
        case begins(String)
    }

    /// The SQL that an expression is seen to give: constants joined by `||`, or the form of a `format`.
    private static func dynamic(_ expression: String) -> Dynamic {
        guard TreeDepth.isSafe(expression), let tree = SyntaxTree(parsing: "SELECT " + expression),
            let value = tree.statements.first?.content(of: "SelectStmt")?.list("targetList").first?
                .content(of: "ResTarget")?["val"]
        else { return .begins("") }
        if let text = constant(value) { return .whole(text) }
        return .begins(beginning(value))
    }

    private static func constant(_ node: SyntaxNode) -> String? {
        if let text = node.constantText { return text }
        guard let join = node.content(of: "A_Expr"), join.names("name") == ["||"], let left = join["lexpr"],
            let right = join["rexpr"], let first = constant(left), let second = constant(right)
        else { return nil }
        return first + second
    }

    private static func beginning(_ node: SyntaxNode) -> String {
        if let text = constant(node) { return text }
        if let join = node.content(of: "A_Expr"), let left = join["lexpr"] { return beginning(left) }
        if let call = node.content(of: "FuncCall"), call.names("funcname").last == "format" {
            return call.list("args").first.flatMap(\.constantText) ?? ""
        }
        return ""
    }
}

extension SyntaxNode {
    /// The SQL of an expression of PL/pgSQL.
    fileprivate var query: String? { content(of: "PLpgSQL_expr")?.text("query") }

    /// The loops in a body.
    fileprivate var loops: [SyntaxNode] {
        all("PLpgSQL_stmt_loop") + all("PLpgSQL_stmt_while") + all("PLpgSQL_stmt_fori") + all("PLpgSQL_stmt_fors")
            + all("PLpgSQL_stmt_forc") + all("PLpgSQL_stmt_foreach_a") + all("PLpgSQL_stmt_dynfors")
    }
}
