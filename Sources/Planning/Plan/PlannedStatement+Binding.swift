public import Statements

extension PlannedStatement {
    /// The text with its references replaced by finished SQL: quoted literals and identifiers.
    public func bound(_ value: (VariableReference) -> String) -> String {
        guard !variables.isEmpty else { return text }
        let statement = Statement(
            range: 0..<text.utf8.count, text: text, verb: verb, kind: kind, concurrentIndex: concurrentIndex,
            variables: variables)
        return statement.bound(value: value)
    }
}
