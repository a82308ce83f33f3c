extension QueryShape {
    /// What one statement of PostgreSQL asks; nil when it is none, or too deep to be taken apart.
    public init?(of sql: String) {
        guard TreeDepth.isSafe(sql), let tree = SyntaxTree(parsing: sql), let statement = tree.statements.first else {
            return nil
        }
        self.init()
        let own = Set(statement.all("CommonTableExpr").compactMap { $0.text("ctename") })
        for name in statement.all("RangeVar").compactMap(\.relationName)
        where (name.schema != nil || !own.contains(name.name)) && !relations.contains(name) {
            relations.append(name)
        }
        if let written = statement.node?.content.relationName("relation"), !relations.contains(written) {
            relations.append(written)
        }
        columns = statement.columnNames
        functions = Set(statement.all("FuncCall").compactMap { $0.names("funcname").last })
        conditions = statement.all("A_Expr").compactMap(Condition.init)
        guard let query = statement.content(of: "SelectStmt") else { return }
        read(query)
    }

    private mutating func read(_ query: SyntaxNode) {
        let inner = query.all("SelectStmt")
        counted = ([query] + inner).compactMap(\.countedRelation)
        isDistinct =
            query["distinctClause"] != nil || query["groupClause"] != nil
            || query.all("FuncCall").contains { $0.flag("agg_distinct") }
        if let condition = query["whereClause"] { onlyPresent = condition.presentColumns ?? [] }
        guard !query.is("op", "SETOP_UNION"), query["larg"] == nil else { return }
        answer = Self.answer(of: query)
    }

    private static func answer(of query: SyntaxNode) -> Answer {
        let targets = query.list("targetList").compactMap { $0.content(of: "ResTarget")?["val"] }
        if query["fromClause"] == nil, query["whereClause"] == nil, !targets.isEmpty,
            targets.allSatisfy(\.isConstant)
        {
            return .constant
        }
        guard targets.count == 1, query["groupClause"] == nil, query["havingClause"] == nil,
            query["limitOffset"] == nil
        else { return .other }
        if targets[0].isCount, query["limitCount"] == nil { return .count }
        if targets[0].isTrueOfEveryCount { return .alwaysTrue }
        if let call = targets[0].content(of: "FuncCall"), let name = call.names("funcname").last,
            ["max", "min"].contains(name), let column = call.list("args").first?.plainColumn
        {
            return .extreme(column: column, isGreatest: name == "max")
        }
        if let column = targets[0].plainColumn, query["limitCount"] != nil,
            let sort = query.list("sortClause").first?.content(of: "SortBy"), sort["node"]?.plainColumn == column
        {
            return .extreme(column: column, isGreatest: sort.is("sortby_dir", "SORTBY_DESC"))
        }
        return .other
    }
}

extension QueryShape.Condition {
    /// A comparison of a column with constants; nil when it is another.
    fileprivate init?(_ node: SyntaxNode) {
        guard let column = node["lexpr"]?.comparedColumn else { return nil }
        let right = node["rexpr"]
        let listed = right?.content(of: "List")?.list("items") ?? []
        let array = right?.arrayElements ?? []
        let constants = (listed + array + [right].compactMap(\.self)).compactMap(\.constantText)
        guard !constants.isEmpty else { return nil }
        let sign = node.names("name").last ?? ""
        switch (node.text("kind"), sign) {
        case ("AEXPR_OP", "="), ("AEXPR_IN", "="), ("AEXPR_OP_ANY", "="):
            self.init(column: column, patterns: constants.map(TextPattern.exactly))
        case ("AEXPR_LIKE", "~~"), ("AEXPR_ILIKE", "~~*"):
            self.init(column: column, patterns: constants.map { .like($0, ignoresCase: sign == "~~*") })
        case ("AEXPR_OP", "~"), ("AEXPR_OP", "~*"):
            self.init(column: column, patterns: constants.map { TextPattern(expression: $0, sign == "~*") })
        default: return nil
        }
    }
}

extension TextPattern {
    /// The constant beginning of a regular expression.
    fileprivate init(expression: String, _ ignoresCase: Bool) {
        let isAnchored = expression.hasPrefix("^")
        let rest = isAnchored ? expression.dropFirst() : expression[...]
        var part = rest.prefix { !"\\.[](){}|*+?^$".contains($0) }
        // A sign that the next one makes optional is no constant.
        if let next = rest.dropFirst(part.count).first, "*?{".contains(next) { part = part.dropLast() }
        if rest.contains("|") { part = "" }
        self = .regularExpression(String(part), isAnchored: isAnchored, ignoresCase: ignoresCase)
    }
}

extension SyntaxNode {
    /// The column that a plain reference names, without a cast.
    fileprivate var plainColumn: String? { content(of: "ColumnRef")?.names("fields").last }

    /// The column that is compared, also behind a cast, which changes no name.
    fileprivate var comparedColumn: String? { content(of: "TypeCast")?["arg"]?.plainColumn ?? plainColumn }

    /// The elements of `ARRAY[...]`, also behind a cast.
    fileprivate var arrayElements: [SyntaxNode] {
        if let cast = content(of: "TypeCast") { return cast["arg"]?.arrayElements ?? [] }
        return content(of: "A_ArrayExpr")?.list("elements") ?? []
    }

    /// Whether it is a constant, also behind a cast.
    fileprivate var isConstant: Bool {
        if let cast = content(of: "TypeCast") { return cast["arg"]?.isConstant ?? false }
        return content(of: "A_Const") != nil
    }

    /// Whether it is `count(...)` over all rows, also behind a cast.
    fileprivate var isCount: Bool {
        if let cast = content(of: "TypeCast") { return cast["arg"]?.isCount ?? false }
        guard let call = content(of: "FuncCall"), call["over"] == nil else { return false }
        return call.names("funcname").last == "count"
    }

    /// Whether it compares a count with a number in a way that every count does: `count(*) >= 0`.
    fileprivate var isTrueOfEveryCount: Bool {
        guard let comparison = content(of: "A_Expr"), let left = comparison["lexpr"], let right = comparison["rexpr"]
        else { return false }
        let sign = comparison.names("name").last ?? ""
        return left.isCount && right.isZero && sign == ">=" || right.isCount && left.isZero && sign == "<="
    }

    /// Whether it is 0, or a whole number below it: both are printed alike.
    private var isZero: Bool { content(of: "A_Const")?["ival"].map { $0.number("ival") == 0 } ?? false }

    /// The relation whose rows a query counts with `count(*)`.
    fileprivate var countedRelation: RelationName? {
        let from = list("fromClause")
        let counts = list("targetList").contains { target in
            target.content(of: "ResTarget")?["val"]?.content(of: "FuncCall")?.flag("agg_star") ?? false
        }
        guard counts, from.count == 1, self["groupClause"] == nil else { return nil }
        return from[0].content(of: "RangeVar")?.relationName
    }

    /// The columns of a condition that only says `IS NOT NULL`, once or joined with AND; nil when it says more.
    fileprivate var presentColumns: [String]? {
        if let test = content(of: "NullTest") {
            guard test.is("nulltesttype", "IS_NOT_NULL"), let column = test["arg"]?.plainColumn else { return nil }
            return [column]
        }
        guard let both = content(of: "BoolExpr"), both.is("boolop", "AND_EXPR") else { return nil }
        var found: [String] = []
        for part in both.list("args") {
            guard let columns = part.presentColumns else { return nil }
            found += columns
        }
        return found
    }
}
