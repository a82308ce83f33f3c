extension StatementEffects {
    /// What a statement does, as its text says; variables must have values in it.
    public init(of sql: String, dialect: SQLDialect) {
        switch dialect {
        case .postgres: self = PostgresEffects.read(sql)
        case .sqlite: self = SQLiteEffects.read(sql)
        }
    }
}
