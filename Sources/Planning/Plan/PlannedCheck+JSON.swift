public import CanonicalJSON
public import Runbooks

extension PlannedCheck {
    var json: JSON {
        var members: [String: JSON] = [
            "id": .string(id),
            "name": .string(name),
            "expect": expectation.json,
            "target": .optional(target),
            "severity": .string(severity.rawValue),
            "retry": retry.map { ["for_ms": .integer($0.total), "every_ms": .integer($0.every)] } ?? .null,
            "may_write": .flag(mayWrite),
            "timeout_ms": .optional(timeout),
            "each": .list(each, \.json),
            "at": place.json,
        ]
        switch subject {
        case .query(let query): members["query"] = query.json
        case .command(let command): members["run"] = command.json
        }
        return .compact(members)
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        id = try reader.string("id")
        name = try reader.string("name")
        expectation = try PlannedExpectation(reader.member("expect"))
        target = try reader.optionalString("target")
        severity = try reader.choice("severity")
        retry =
            if let retry = reader.optional("retry") {
                PlannedRetry(total: try retry.integer("for_ms"), every: try retry.integer("every_ms"))
            } else { nil }
        mayWrite = try reader.flag("may_write")
        timeout = try reader.optionalInteger("timeout_ms")
        each = try reader.list("each", PlannedSetting.init)
        place = try Place(reader.member("at"))
        subject =
            if let command = reader.optional("run") { .command(try PlannedCommand(command)) } else {
                .query(try PlannedQuery(reader.member("query")))
            }
    }
}

extension PlannedExpectation {
    /// As a plan and a journal hold it: one member, named after the format's key.
    public var json: JSON {
        switch self {
        case .value(let literal): ["value": literal.json]
        case .bounds(let bounds): ["bounds": bounds.json]
        case .contains(let text): ["contains": .string(text)]
        case .matches(let pattern): ["matches": .string(pattern)]
        case .rows(let bounds): ["rows": bounds.json]
        case .row(let columns):
            ["row": .array(columns.map { ["column": .string($0.column), "value": $0.value.json] })]
        case .set(let values): ["set": .array(values.map(\.json))]
        case .includes(let values): ["includes": .array(values.map(\.json))]
        case .table(let rows): ["table": .array(rows.map { .array($0.map(\.json)) })]
        case .sameAs(let name): ["same_as": .string(name)]
        case .usesIndex(let name): ["uses_index": .string(name)]
        case .failure(let sqlstate, let text):
            ["error": .compact(["sqlstate": .optional(sqlstate), "contains": .optional(text)])]
        case .command(let exit, let output):
            ["command": .compact(["exit": .integer(exit), "stdout": output?.json ?? .null])]
        }
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        if let value = reader.optional("value") {
            self = .value(try Literal(value))
        } else if let bounds = reader.optional("bounds") {
            self = .bounds(try bounds.elements(Bound.init))
        } else if let text = try reader.optionalString("contains") {
            self = .contains(text)
        } else if let pattern = try reader.optionalString("matches") {
            self = .matches(pattern)
        } else if let rows = reader.optional("rows") {
            self = .rows(try rows.elements(Bound.init))
        } else if let row = reader.optional("row") {
            self = .row(
                try row.elements { reader throws(DamagedPlan) in
                    ColumnValue(column: try reader.string("column"), value: try Literal(reader.member("value")))
                })
        } else {
            self = try Self(collection: reader)
        }
    }

    private init(collection reader: PlanReader) throws(DamagedPlan) {
        if let set = reader.optional("set") {
            self = .set(try set.elements(Literal.init))
        } else if let includes = reader.optional("includes") {
            self = .includes(try includes.elements(Literal.init))
        } else if let table = reader.optional("table") {
            self = .table(try table.elements { row throws(DamagedPlan) in try row.elements(Literal.init) })
        } else if let name = try reader.optionalString("same_as") {
            self = .sameAs(name)
        } else if let name = try reader.optionalString("uses_index") {
            self = .usesIndex(name)
        } else if let error = reader.optional("error") {
            self = .failure(
                sqlstate: try error.optionalString("sqlstate"), contains: try error.optionalString("contains"))
        } else {
            let command = try reader.member("command")
            let output = command.optional("stdout")
            let expected: PlannedOutput? = if let output { try PlannedOutput(output) } else { nil }
            self = .command(exit: try command.integer("exit"), output: expected)
        }
    }
}

extension PlannedOutput {
    var json: JSON {
        switch self {
        case .value(let literal): ["value": literal.json]
        case .bounds(let bounds): ["bounds": bounds.json]
        case .contains(let text): ["contains": .string(text)]
        case .matches(let pattern): ["matches": .string(pattern)]
        }
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        if let value = reader.optional("value") {
            self = .value(try Literal(value))
        } else if let bounds = reader.optional("bounds") {
            self = .bounds(try bounds.elements(Bound.init))
        } else if let text = try reader.optionalString("contains") {
            self = .contains(text)
        } else {
            self = .matches(try reader.string("matches"))
        }
    }
}

extension [Bound] {
    fileprivate var json: JSON {
        .array(
            map { bound in
                [
                    "is": .string(bound.relation.rawValue), "than": .string(bound.quantity.digits),
                    "written": .string(bound.quantity.written),
                ]
            })
    }
}

extension Bound {
    fileprivate init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(
            try reader.choice("is"), Quantity(digits: try reader.string("than"), written: try reader.string("written")))
    }
}

extension Literal {
    /// A value as JSON; numbers with a fraction are an object, since plans hold no fractions.
    public var json: JSON {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let number): .integer(number)
        case .number(let digits): ["number": .string(digits)]
        case .text(let text): .string(text)
        }
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        switch reader.json {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let number): self = .integer(number)
        case .string(let text): self = .text(text)
        case .object: self = .number(try reader.string("number"))
        case .array: throw reader.damaged("a list is no value")
        }
    }
}
