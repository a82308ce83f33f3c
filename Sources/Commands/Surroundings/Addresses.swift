import Databases
import Glibc
import Planning
import PostgresDriver
import Runbooks
import SQLiteDriver

/// From connection strings to sessions; the only place that knows which drivers there are.
struct Addresses: Sendable {
    /// Where a relative SQLite path starts.
    let root: String

    /// What a runbook's database is, by the scheme of its address.
    func request(_ string: String) -> Result<ConnectionRequest, Planner.AddressProblem> {
        do throws(DatabaseError) {
            if string.hasPrefix("sqlite:") { return .success(try sqlite(string)) }
            if let scheme = string.scheme, !["postgres", "postgresql"].contains(scheme) {
                return .failure(
                    .init(message: "no engine is called `\(scheme)`", help: "write postgres:// or sqlite:")
                )
            }
            return .success(try PostgresDriver.request(string))
        } catch {
            return .failure(
                .init(message: error.message, help: error.hint ?? "write postgres://user@host/database")
            )
        }
    }

    /// Opens a session.
    func open(_ request: ConnectionRequest, as application: String) async throws(DatabaseError)
        -> any DatabaseSession
    {
        let driver: any DatabaseDriver =
            switch request.engine {
            case .postgres: PostgresDriver()
            case .sqlite: SQLiteDriver()
            }
        return try await driver.open(
            request,
            application: application,
            deadline: .now.advanced(by: .seconds(30))
        )
    }

    /// `sqlite:PATH`, or `sqlite:PATH?mode=rwc` for a file that may be made.
    private func sqlite(_ string: String) throws(DatabaseError) -> ConnectionRequest {
        let mayCreate = string.hasSuffix("?mode=rwc")
        let address = mayCreate ? String(string.dropLast("?mode=rwc".count)) : string
        if let mark = address.firstIndex(of: "?") {
            throw DatabaseError(
                kind: .connection, message: "`\(address[mark...])` after the path of an SQLite file is not understood",
                hint: "write sqlite:PATH, or sqlite:PATH?mode=rwc for a file that may be made")
        }
        let shown = try SQLiteDriver.request(address)
        let path = String(address.dropFirst("sqlite:".count))
        guard !path.hasPrefix("/") else {
            return try SQLiteDriver.request(address, createIfMissing: mayCreate)
        }
        let whole = try SQLiteDriver.request("sqlite:\(root)/\(path)", createIfMissing: mayCreate)
        return ConnectionRequest(
            engine: .sqlite,
            string: whole.string,
            display: shown.display,
            createIfMissing: mayCreate
        )
    }
}

extension String {
    /// What stands before `://`.
    fileprivate var scheme: String? { firstRange(of: "://").map { String(self[..<$0.lowerBound]) } }
}
