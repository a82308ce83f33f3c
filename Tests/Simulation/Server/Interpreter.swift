import Databases

/// Understands what runbooks of the simulator and the ledger say, and nothing else.
struct Interpreter {
    let server: SimulatedServer
    let backend: Backend
    /// What the statement sees.
    let view: Store

    /// Carries a statement out, or names those who are in its way.
    func carryOut(_ statement: SQLStatement, _ blockers: inout [Backend]) -> Performance {
        let text = statement.text
        if text.contains("gonogo.") { return ledger(statement, &blockers) }
        switch text.prefix(while: { $0 != " " }) {
        case "SET": return set(statement)
        case "LOCK", "UNLOCK": return lock(text == "LOCK")
        case "WORK":
            backend.run = statement.values[0]
            return .done(.truth(true))
        case "FREE": return .done(.truth(!server.backends.contains { $0.run != nil }))
        case "HOLDER", "SESSIONS", "END", "BLOCKERS": return sessions(statement)
        case "INDEX":
            let name = statement.values.first.flatMap { $0 } ?? ""
            let state = view.indexes[name].map { $0 ? "valid" : "invalid" } ?? "absent"
            return .done(.rows([[state, SimulatedDialect().identifier(name), "t"]]))
        case "CATALOG": return .done(.rows(catalog))
        case "SELECT": return select(text)
        case "UPDATE":
            // Rows that many steps touch.
            blockers = server.take(text, alone: true, backend)
            return isBroken(1, in: 4)
                ? failed("23514", "a check is violated by \(text)") : .done(.tag("UPDATE 1"))
        default: return change(text, &blockers)
        }
    }

    /// Makes a change part of the transaction.
    func add(_ change: Store.Change) { backend.transaction?.changes.append(change) }

    func failed(_ code: String, _ message: String) -> Performance {
        .failed(DatabaseError(kind: .statement, code: code, message: message))
    }

    /// Whether something fragile breaks now.
    private func isBroken(_ times: Int, in many: Int) -> Bool {
        server.world.scheduler.chance.happens(server.world.weather.breakage * times, in: 100 * many)
    }

    private func set(_ statement: SQLStatement) -> Performance {
        let values = statement.values
        for place in stride(from: 0, to: values.count - 1, by: 2) {
            let time = values[place + 1].flatMap(Self.microseconds)
            if values[place] == "lock_timeout" { backend.lockTimeout = time }
            if values[place] == "statement_timeout" { backend.statementTimeout = time }
        }
        return .done(.rows([stride(from: 1, to: values.count, by: 2).map { values[$0] }]))
    }

    private static func microseconds(_ text: String) -> Int? {
        let digits = text.prefix(while: \.isNumber)
        guard let number = Int(digits) else { return nil }
        let units = ["ms": 1000, "s": 1_000_000, "min": 60_000_000, "": 1000]
        return units[String(text.dropFirst(digits.count))].map { $0 * number }
    }

    private func lock(_ takes: Bool) -> Performance {
        if takes {
            if server.lockHolder == nil { server.lockHolder = backend }
        } else if server.lockHolder === backend {
            server.lockHolder = nil
        }
        let isHeld = server.lockHolder === backend
        return .done(.truth(takes == isHeld))
    }

    private func sessions(_ statement: SQLStatement) -> Performance {
        let values = statement.values.map { $0 ?? "" }
        switch statement.text {
        case "SESSIONS":
            let run = statement.values[0]
            let found = server.backends.filter { other in
                guard let run else { return other.run != nil && other !== backend }
                return (other.run == run || other.application == "gonogo/" + run) && other !== backend
            }
            return .done(.rows(found.map(describe)))
        case "HOLDER":
            let row = server.lockHolder.map { [String($0.process), String($0.start), $0.application, "tester"] }
            return .done(.rows(row.map { [$0] } ?? []))
        case "BLOCKERS":
            let asked = server.backends.first { String($0.process) == values[0] && $0.isWaiting }
            let found = asked.flatMap { server.waiting[ObjectIdentifier($0)] } ?? []
            return .done(.rows(found.map { Array(describe($0)[0...0] + describe($0)[2...4]) }))
        default:
            let found = server.backends.first { String($0.process) == values[0] && String($0.start) == values[1] }
            let error = DatabaseError(
                kind: .connection, code: "57P01", message: "terminating connection due to administrator command")
            // One that waits for its disk does not hear of it.
            let isDeaf = server.world.scheduler.chance.happens(server.world.weather.breakage, in: 200)
            server.world.scheduler.after(isDeaf ? 100_000_000 : 0) { found?.terminate(error) }
            return .done(.rows([[found == nil ? "f" : "t"]]))
        }
    }

    /// A session as the server's statistics show it.
    private func describe(_ other: Backend) -> [String?] {
        let seconds = (server.world.scheduler.now - (other.work?.began ?? other.start)) / 1_000_000
        let text = other.work?.statement.text ?? ""
        return [
            String(other.process), String(other.start), other.state, String(seconds), text, other.application,
        ]
    }

    /// Kind, name and definition of everything that steps make.
    private var catalog: [[String?]] {
        view.tables.sorted().map { ["table", $0, ""] }
            + view.indexes.sorted { $0.key < $1.key }.map { ["index", $0.key, $0.value ? "valid" : "invalid"] }
    }

    private func select(_ text: String) -> Performance {
        switch text {
        case "SELECT 1": return .done(.rows([["1"]]))
        case "SELECT transaction": return .done(.rows([[backend.transaction.map { String($0.number) }]]))
        case "SELECT pg_catalog.current_schema()": return .done(.rows([["public"]]))
        default: break
        }
        let token = text.quoted
        if text.contains("FROM weather") { return .done(.rows([[isBroken(1, in: 1) ? "0" : "1"]])) }
        if text.contains("FROM outside") {
            return .done(.rows([[String(min(1, server.world.programs.done[token, default: 0]))]]))
        }
        if text.contains("FROM vacuumed") { return .done(.rows([[view.vacuumed.contains(token) ? "1" : "0"]])) }
        // What others wrote into a table that a rollback drops.
        if text.contains(" AS counted") {
            let table = text.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
            if isBroken(1, in: 2) { server.strangers.insert(table) }
            return .done(.rows([[server.strangers.contains(table) ? "3" : "0"]]))
        }
        let count = token.isEmpty ? view.marks.count : view.marks[token, default: 0]
        return .done(.rows([[String(count)]]))
    }

    private func change(_ text: String, _ blockers: inout [Backend]) -> Performance {
        if backend.transaction?.isReadOnly ?? false {
            return failed("25006", "cannot execute in a read-only transaction")
        }
        if let name = text.index(after: ["CREATE", "DROP"]) { return index(text, name, &blockers) }
        let words = text.split(separator: " ")
        switch words.first {
        case "CREATE":
            let name = String(words[2])
            blockers = server.take("table " + name, alone: true, backend)
            guard !view.tables.contains(name) else { return failed("42P07", "relation \(name) already exists") }
            add(.makeTable(name))
        case "DROP":
            let name = String(words[words.count - 1])
            blockers = server.take("table " + name, alone: true, backend)
            if view.tables.contains(name) { add(.dropTable(name)) }
            server.strangers.remove(name)
        case "INSERT", "CALL": add(.mark(text.quoted))
        case "DELETE":
            if view.marks[text.quoted] != nil { add(.unmark(text.quoted)) }
        case "BREAK": break
        case "VACUUM": add(.vacuum(String(words[words.count - 1])))
        default: server.world.invariants.report("the simulated server does not know: \(text)")
        }
        if text.hasPrefix("DELETE"), isBroken(1, in: 2) { return failed("23503", "rows refer to \(text.quoted)") }
        return .done(.tag(words.first == "INSERT" ? "INSERT 0 1" : words.prefix(2).joined(separator: " ")))
    }

    private func index(_ text: String, _ name: String, _ blockers: inout [Backend]) -> Performance {
        if text.hasPrefix("DROP") {
            if view.indexes[name] != nil { add(.dropIndex(name)) }
            return .done(.tag("DROP INDEX"))
        }
        if view.indexes[name] == true { return failed("42P07", "relation \(name) already exists") }
        // What failed stays, and is not valid.
        if isBroken(1, in: 2) { return failed("23505", "could not create unique index \(name)") }
        add(.setIndex(name, isValid: true))
        return .done(.tag("CREATE INDEX"))
    }
}

extension String {
    /// What stands between its first two single quotes.
    fileprivate var quoted: String {
        let parts = split(separator: "'", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : ""
    }
}
