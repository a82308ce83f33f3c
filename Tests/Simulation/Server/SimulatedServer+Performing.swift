import Databases

/// How a statement ended, for now.
enum Performance {
    case done(StatementResult)
    case failed(DatabaseError)
    /// Others hold what it needs.
    case blocked
    /// The session is gone.
    case gone
}

extension SimulatedServer {
    /// What happens as a statement begins; whether its session is still there.
    func announce(_ statement: SQLStatement, _ backend: Backend) -> Bool {
        let scheduler = world.scheduler
        if scheduler.chance.happens(world.weather.crashes, in: 10_000) {
            crash()
            return false
        }
        if scheduler.chance.happens(world.weather.terminations, in: 10_000) {
            backend.terminate(
                DatabaseError(
                    kind: .connection, code: "57P01", message: "terminating connection due to administrator command"))
            return false
        }
        // From its first moment on the index is there, and not valid.
        if let index = statement.text.index(after: ["CREATE"]), store.indexes[index] == nil {
            commit([.setIndex(index, isValid: false)], by: backend)
        }
        return true
    }

    /// Carries a statement out, all of it at this moment.
    func perform(_ statement: SQLStatement, _ backend: Backend) -> Performance {
        switch statement.text {
        case "BEGIN", "BEGIN READ ONLY":
            backend.transaction = Backend.Transaction(
                number: newTransaction(), isReadOnly: statement.text.hasSuffix("ONLY"))
            return .done(.tag("BEGIN"))
        case "ROLLBACK":
            release(backend)
            forgetLocalSettings(backend)
            return .done(.tag("ROLLBACK"))
        case "COMMIT": return commit(backend)
        default: break
        }
        if backend.transaction?.hasFailed ?? false {
            return .failed(DatabaseError(kind: .statement, code: "25P02", message: "current transaction is aborted"))
        }
        if backend.transaction != nil, world.scheduler.chance.happens(world.weather.collisions, in: 10_000) {
            let code = world.scheduler.chance.pick(["40P01", "40001"])
            return .failed(DatabaseError(kind: .statement, code: code, message: "collided with another transaction"))
        }
        let isAlone = backend.transaction == nil
        if isAlone { backend.transaction = Backend.Transaction(number: newTransaction()) }
        var blockers: [Backend] = []
        let answer = Interpreter(server: self, backend: backend, view: view(backend)).carryOut(statement, &blockers)
        guard blockers.isEmpty else {
            if isAlone { backend.transaction = nil }
            return deadlocks(backend, blockers)
                ? .failed(DatabaseError(kind: .statement, code: "40P01", message: "deadlock detected")) : .blocked
        }
        guard isAlone else { return answer }
        let changes = backend.transaction?.changes ?? []
        release(backend)
        if case .done = answer { commit(changes, by: backend) }
        return answer
    }

    /// What a failure does to the transaction.
    func fail(_ statement: SQLStatement, _ backend: Backend) {
        var transaction = backend.transaction
        // Locks go with the failure, not with the ROLLBACK that follows.
        release(backend)
        guard statement.text != "COMMIT", transaction != nil else { return }
        transaction?.hasFailed = true
        transaction?.changes = []
        backend.transaction = transaction
    }

    private func commit(_ backend: Backend) -> Performance {
        defer { forgetLocalSettings(backend) }
        guard let transaction = backend.transaction, !transaction.hasFailed else {
            release(backend)
            return .done(.tag("ROLLBACK"))
        }
        // A deferred constraint.
        if world.scheduler.chance.happens(world.weather.breakage, in: 2000) {
            return .failed(DatabaseError(kind: .statement, code: "23503", message: "a deferred constraint is violated"))
        }
        release(backend)
        commit(transaction.changes, by: backend)
        return .done(.tag("COMMIT"))
    }

    private func forgetLocalSettings(_ backend: Backend) {
        (backend.lockTimeout, backend.statementTimeout) = (nil, nil)
    }

    /// Whether those who are in the way wait for the session themselves, however indirectly.
    private func deadlocks(_ backend: Backend, _ blockers: [Backend]) -> Bool {
        waiting[ObjectIdentifier(backend)] = blockers
        var open = blockers
        var seen: Set<ObjectIdentifier> = []
        while let next = open.popLast() {
            if next === backend { return true }
            guard next.isWaiting, seen.insert(ObjectIdentifier(next)).inserted else { continue }
            open += waiting[ObjectIdentifier(next)] ?? []
        }
        return false
    }
}

extension StatementResult {
    /// A result without rows.
    static func tag(_ tag: String) -> StatementResult {
        StatementResult(tag: tag, columns: [], rows: [], rowCount: 0, notices: [])
    }

    /// One row with one boolean.
    static func truth(_ isSo: Bool) -> StatementResult {
        StatementResult(
            tag: "SELECT 1", columns: [Column(name: "c0", type: "bool")], rows: [[.boolean(isSo)]], rowCount: 1,
            notices: [])
    }

    /// Rows of text, NULL where there is none.
    static func rows(_ rows: [[String?]], tag: String? = nil) -> StatementResult {
        let columns = (rows.first ?? []).indices.map { Column(name: "c\($0)", type: "text") }
        let values = rows.map { $0.map { $0.map(DatabaseValue.text) ?? .null } }
        return StatementResult(
            tag: tag ?? "SELECT \(rows.count)", columns: columns, rows: values, rowCount: rows.count, notices: [])
    }
}

extension String {
    /// The index that a statement names which works concurrently and begins with one of these words.
    func index(after verbs: [String]) -> String? {
        guard verbs.contains(where: { utf8.starts(with: $0.utf8) }) else { return nil }
        let words = split(separator: " ").map(String.init)
        guard let place = words.firstIndex(of: "CONCURRENTLY") else {
            return nil
        }
        let rest = words[(place + 1)...].drop { ["IF", "NOT", "EXISTS"].contains($0) }
        return rest.first?.replacing("\"", with: "")
    }
}
