extension StatementEffects {
    /// What a statement does, as its text says; variables must have values in it.
    public init(of sql: String, dialect: SQLDialect) {
        switch dialect {
        case .postgres: self = PostgresEffects.read(sql)
        case .sqlite: self = SQLiteEffects.read(sql)
        }
    }

    /// What a routine does when it is called, by the statement that makes it; nil where its body cannot be read.
    ///
    /// Everything in it happens on a condition, since its arguments decide.
    public init?(ofRoutine definition: String) {
        guard let found = PostgresEffects.body(of: definition) else { return nil }
        self = found
        for index in changes.indices { changes[index].isConditional = true }
    }

    /// Puts what routines are seen to do in the place of their call; what of them is unseen takes its place.
    public mutating func see(_ call: Unseen, as bodies: [StatementEffects]) {
        unseen.removeAll { $0 == call }
        for body in bodies {
            changes += body.changes.filter { !changes.contains($0) }
            unseen += body.unseen.filter { !unseen.contains($0) }
            isGuard = isGuard || body.isGuard
        }
    }
}
