/// Tells what PostgreSQL statements do, from the parser's tree.
///
/// The tree says which words stand there, not what they mean in a database: names are as written.
struct PostgresEffects {
    /// What was found so far.
    var effects = StatementEffects()
    /// The statement's text, for quoting from it.
    let bytes: [UInt8]
    /// How many programs this stands in.
    let depth: Int

    init(bytes: [UInt8], depth: Int = 0) {
        self.bytes = bytes
        self.depth = depth
    }

    /// The effects of a text, usually one statement.
    static func read(_ sql: String, depth: Int = 0) -> StatementEffects {
        guard TreeDepth.isSafe(sql) else { return StatementEffects(unseen: [.tooDeep]) }
        guard let tree = SyntaxTree(parsing: sql) else { return StatementEffects(unseen: [.notParsed]) }
        var reader = PostgresEffects(bytes: Array(sql.utf8), depth: depth)
        for statement in tree.statements {
            reader.read(statement, sql)
            reader.effects.columns.formUnion(statement.columnNames)
        }
        return reader.effects
    }

    mutating func add(
        _ action: Change.Action, _ object: SchemaObject?, _ detail: Change.Detail = .none, isTolerant: Bool = false,
        cascades: Bool = false, isConcurrent: Bool = false
    ) {
        guard let object else { return }
        effects.changes.append(
            Change(
                action, object, detail, isTolerant: isTolerant, cascades: cascades, isConcurrent: isConcurrent))
    }

    mutating func cannotSee(_ what: Unseen) {
        if !effects.unseen.contains(what) { effects.unseen.append(what) }
    }

    private mutating func read(_ statement: SyntaxNode, _ sql: String) {
        guard let (kind, node) = statement.node else { return }
        if tables(kind, node) || objects(kind, node) || access(kind, node) || rows(kind, node) || upkeep(kind, node) {
            return
        }
        switch kind {
        case "DoStmt": program(node, sql)
        case "CallStmt": call(node)
        case "VariableSetStmt":
            add(.sets, SchemaObject(.setting, name: node.text("name") ?? "all"), setting(node))
        case "ConstraintsSetStmt":
            add(
                .sets, SchemaObject(.setting, name: "constraints"),
                .words(node.flag("deferred") ? "deferred" : "immediate"))
        case "VariableShowStmt", "TransactionStmt", "CheckPointStmt", "DeallocateStmt", "ClosePortalStmt", "FetchStmt",
            "LoadStmt", "UnlistenStmt":
            break
        case "DiscardStmt": add(.drops, SchemaObject(.session, name: "everything the session holds"))
        case "ListenStmt": add(.sets, SchemaObject(.session, name: "LISTEN \(node.text("conditionname") ?? "")"))
        case "NotifyStmt": add(.notifies, SchemaObject(.session, name: node.text("conditionname") ?? ""))
        default: cannotSee(.dynamic(kind.replacing("Stmt", with: "")))
        }
    }

    private func setting(_ node: SyntaxNode) -> Change.Detail {
        let arguments = node.list("args").compactMap(\.constantText)
        return .setting(value: arguments.count == 1 ? arguments[0] : nil, isLocal: node.flag("is_local"))
    }

    /// A stretch of the statement in one line: from a byte to the next comma or parenthesis that closes it.
    func text(from start: Int) -> String {
        guard start < bytes.count else { return "" }
        var lexer = PostgresLexer(bytes, in: start..<bytes.count)
        var depth = 0
        var end = start
        scan: while true {
            let token = lexer.next()
            switch token.kind {
            case .end, .unterminated, .symbol(ASCII.semicolon): break scan
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close):
                depth -= 1
                if depth < 0 { break scan }
            case .symbol(ASCII.comma) where depth == 0: break scan
            default: break
            }
            end = token.range.upperBound
        }
        var line: [UInt8] = []
        for byte in bytes[start..<end] {
            if !byte.isBlank { line.append(byte) } else if line.last != ASCII.blank { line.append(ASCII.blank) }
        }
        let text = String(decoding: line, as: UTF8.self)
        return line.count <= 200 || text.count <= 200 ? text : text.prefix(197) + "..."
    }

    /// The relations that a query reads, apart from its own `WITH` names.
    mutating func reads(in node: SyntaxNode, except written: RelationName? = nil) {
        let own = Set(node.all("CommonTableExpr").compactMap { $0.text("ctename") })
        var seen: Set<RelationName> = []
        for range in node.all("RangeVar") {
            guard let name = range.relationName, name.schema != nil || !own.contains(name.name), name != written,
                seen.insert(name).inserted
            else { continue }
            let read = Change(.reads, SchemaObject(.table, name))
            if !effects.changes.contains(read) { effects.changes.append(read) }
        }
        calls(in: node)
    }

    /// The routines that are called and are not the server's own.
    mutating func calls(in node: SyntaxNode) {
        for call in node.all("FuncCall") {
            let path = call.names("funcname")
            guard let name = path.last else { continue }
            if let effect = KnownFunctions.effects[name] {
                let argument = call.list("args").first.flatMap(\.constantText)
                add(.writes, SchemaObject(effect, name: argument ?? name), .words(name))
            } else if !KnownFunctions.isServers(path) {
                cannotSee(.routine(path.joined(separator: ".")))
            }
        }
    }
}

extension SyntaxNode {
    /// The columns that expressions in it name.
    var columnNames: Set<String> { Set(all("ColumnRef").compactMap { $0.names("fields").last }) }

    /// The text of a constant, also behind a cast.
    var constantText: String? {
        if let cast = content(of: "TypeCast") { return cast["arg"]?.constantText }
        return content(of: "A_Const")?["sval"]?.text("sval")
    }
}
