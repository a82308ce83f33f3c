import CanonicalJSON
import Runbooks
import Statements

extension PlannedStep {
    var json: JSON {
        .compact([
            "id": .string(id),
            "title": .optional(title),
            "target": .string(target),
            "class": .string(stepClass.rawValue),
            "done_when": doneWhen?.json ?? .null,
            "retry": isRepeatable ? "safe" : .null,
            "timeout_ms": .optional(timeout),
            "at": place.json,
            action.word: action.json,
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        id = try reader.string("id")
        title = try reader.optionalString("title")
        target = try reader.string("target")
        doneWhen = if let check = reader.optional("done_when") { try PlannedCheck(check) } else { nil }
        isRepeatable = try reader.optionalString("retry") == "safe"
        timeout = try reader.optionalInteger("timeout_ms")
        place = try Place(reader.member("at"))
        if let script = reader.optional("apply") {
            action = .apply(try PlannedScript(script))
        } else if let command = reader.optional("run") {
            action = .run(try PlannedCommand(command))
        } else if let path = try reader.optionalString("backup") {
            action = .backup(path: path)
        } else {
            action = .capture(try PlannedCapture(reader.member("capture")))
        }
    }
}

extension PlannedStep.Action {
    fileprivate var word: String {
        switch self {
        case .apply: "apply"
        case .run: "run"
        case .capture: "capture"
        case .backup: "backup"
        }
    }

    fileprivate var json: JSON {
        switch self {
        case .apply(let script): script.json
        case .run(let command): command.json
        case .capture(let capture): capture.json
        case .backup(let path): .string(path)
        }
    }
}

extension PlannedScript {
    var json: JSON {
        .compact([
            "file": .optional(file),
            "text": .string(text),
            "sha256": .string(digest.hex),
            "transaction": .string(transaction.rawValue),
            "as": .optional(role),
            "settings": .list(settings, \.json),
            "statements": .array(statements.map(\.json)),
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(
            file: try reader.optionalString("file"),
            text: try reader.string("text"),
            transaction: try reader.choice("transaction"),
            role: try reader.optionalString("as"),
            settings: try reader.list("settings", PlannedSetting.init),
            statements: try reader.list("statements", PlannedStatement.init))
        guard !statements.isEmpty else { throw reader.damaged("`statements` is empty") }
        guard try reader.string("sha256") == digest.hex else {
            throw reader.damaged("`text` is not what `sha256` says")
        }
    }
}

extension PlannedSetting {
    var json: JSON { ["name": .string(name), "value": .string(value)] }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(name: try reader.string("name"), value: try reader.string("value"))
    }
}

extension PlannedStatement {
    var json: JSON {
        .compact([
            "text": .string(text),
            "verb": .string(verb),
            "class": .string(kind.rawValue),
            "index": concurrentIndex?.json ?? .null,
            "vars": .list(variables, \.json),
            "line": .integer(line),
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        text = try reader.string("text")
        verb = try reader.string("verb")
        kind = try reader.choice("class")
        concurrentIndex = if let index = reader.optional("index") { try ConcurrentIndex(index) } else { nil }
        line = try reader.integer("line")
        variables = try reader.list("vars", VariableReference.init)
        let length = text.utf8.count
        guard variables.allSatisfy({ $0.range.upperBound <= length }) else {
            throw reader.damaged("`vars` reach beyond `text`")
        }
    }
}

extension ConcurrentIndex {
    var json: JSON {
        .compact([
            "action": .string(action.rawValue), "schema": .optional(schema), "name": .string(name),
            "table": .optional(table), "tolerant": .flag(tolerant),
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(
            action: try reader.choice("action"), schema: try reader.optionalString("schema"),
            name: try reader.string("name"), table: try reader.optionalString("table"),
            tolerant: try reader.flag("tolerant"))
    }
}

extension VariableReference {
    var json: JSON {
        [
            "name": .string(name), "identifier": .boolean(form == .identifier), "from": .integer(range.lowerBound),
            "to": .integer(range.upperBound),
        ]
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        let from = try reader.integer("from")
        let to = try reader.integer("to")
        guard 0 <= from, from < to else { throw reader.damaged("`from` and `to` are no range") }
        self.init(
            name: try reader.string("name"), form: try reader.flag("identifier") ? .identifier : .literal,
            range: from..<to)
    }
}

extension PlannedCommand {
    var json: JSON {
        .compact([
            "arguments": .array(arguments.map(JSON.string)),
            "env": .list(environment) {
                .object($0.value.members.merging(["name": .string($0.name)]) { old, _ in old })
            },
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        arguments = try reader.list("arguments") { reader throws(DamagedPlan) in try reader.string }
        environment = try reader.list("env") { reader throws(DamagedPlan) in
            EnvironmentEntry(name: try reader.string("name"), value: try PlannedVariable.Value(reader))
        }
        guard !arguments.isEmpty else { throw reader.damaged("`arguments` is empty") }
    }
}

extension PlannedCapture {
    var json: JSON {
        .compact(["name": .string(name), "query": query.json, "fingerprint": .flag(fingerprint)])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        name = try reader.string("name")
        query = try PlannedQuery(reader.member("query"))
        fingerprint = try reader.flag("fingerprint")
    }
}

extension PlannedQuery {
    var json: JSON {
        .compact(["statement": statement.json, "as": .optional(role), "settings": .list(settings, \.json)])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        statement = try PlannedStatement(reader.member("statement"))
        role = try reader.optionalString("as")
        settings = try reader.list("settings", PlannedSetting.init)
    }
}
