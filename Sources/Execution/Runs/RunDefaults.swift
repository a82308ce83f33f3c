/// What applies where a plan says nothing: plans print it, runs use it.
public enum RunDefaults {
    /// How long a check without a timeout may take, in milliseconds.
    public static let checkTimeout = 600_000
    /// The settings of every transaction that may write; SQLite has none of them.
    public static let settings = [
        (name: "synchronous_commit", value: "on"), (name: "lock_timeout", value: "10s"),
        (name: "idle_in_transaction_session_timeout", value: "5min"),
    ]
}
