/// A database without rows that follows the definitions of a plan, and says what it has against a statement.
public protocol SchemaTrial: Sendable {
    /// Takes in one statement; nothing but definitions is carried out.
    ///
    /// - Returns: what it says against the statement; nil when it says nothing.
    func take(_ text: String) -> String?
    /// Begins a try.
    func begin()
    /// Forgets everything since the newest try began.
    func forget()
}
