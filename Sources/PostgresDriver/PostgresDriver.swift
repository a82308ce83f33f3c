public import Databases

/// Opens sessions with PostgreSQL over libpq, by all of libpq's conventions: URLs, `key=value`, `PG*` variables,
/// password files and services.
public struct PostgresDriver: DatabaseDriver {
    /// PostgreSQL.
    public let engine = Engine.postgres

    /// The driver; it holds nothing.
    public init() {}

    /// A request for what a connection string names, with the form of it that may be shown.
    ///
    /// - Throws: `DatabaseError` of kind `.connection` for a string that libpq would not read, or would read
    ///   with a piece of a password in the place of a host. No part of the string is in the error.
    public static func request(_ string: String) throws(DatabaseError) -> ConnectionRequest {
        let parsed = try ConnectionString(string)
        return ConnectionRequest(
            engine: .postgres, string: string, display: parsed.display, unverified: parsed.unverified)
    }

    /// Whether a password is written in a connection string: on a command line everybody could read it.
    public static func holdsPassword(_ string: String) -> Bool {
        (try? ConnectionString(string))?.holdsPassword ?? false
    }

    /// Connects, sets what values are written by, and learns what answered.
    public func open(
        _ request: ConnectionRequest,
        application: String,
        deadline: ContinuousClock.Instant
    ) async throws(DatabaseError) -> any DatabaseSession {
        var settings = try ConnectionString(request.string).settings
        settings.removeAll { ["client_encoding", "application_name"].contains($0.keyword) }
        settings.append(ConnectionSetting(keyword: "client_encoding", value: "UTF8"))
        settings.append(ConnectionSetting(keyword: "application_name", value: application))
        for (keyword, value) in [
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
        ]
        where !settings.contains(where: { $0.keyword == keyword }) {
            settings.append(ConnectionSetting(keyword: keyword, value: value))
        }
        let conversation = try Conversation(try await ServerConnection.open(settings, deadline: deadline))
        let (identity, facts) = try await conversation.introduce(deadline).get()
        return PostgresSession(conversation, identity: identity, facts: facts)
    }
}
