/// What applies where a plan says nothing: plans print it, runs use it.
public enum RunDefaults {
    /// How long a check without a timeout may take, in milliseconds.
    public static let checkTimeout = 600_000
    /// How long one attempt at a transaction waits for a lock, in milliseconds: so long others queue behind it.
    public static let lockTimeout = 3000
    /// How long the locks of one transaction are waited for in all, over several tries, in milliseconds.
    public static let lockWait = 300_000
    /// The other settings of every transaction that may write; SQLite has none of them.
    public static let settings = [
        (name: "synchronous_commit", value: "on"), (name: "idle_in_transaction_session_timeout", value: "5min"),
    ]
}
