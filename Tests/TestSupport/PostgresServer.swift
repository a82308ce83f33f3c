public import Databases
import Glibc
import PostgresDriver

/// A private PostgreSQL server that ends with the process that started it, however that ends.
///
/// `scripts/with-postgres` runs it and waits at the end of a pipe that this process holds open.
public final class PostgresServer: Sendable {
    /// Its directory, which holds its socket.
    public let directory: String

    private let lifeline: Int32?
    private let databases = Guarded(0)

    private static let started = Result { try PostgresServer() }

    /// The server of this process, or the one `scripts/with-postgres` runs around it.
    ///
    /// - Throws: when there is none: a test that needs a server fails without one, and is never skipped.
    public static var shared: PostgresServer { get throws { try started.get() } }

    /// Starts one more server, for tests that kill it.
    public static func another() throws -> PostgresServer { try PostgresServer(inheriting: false) }

    private init(inheriting: Bool = true) throws {
        if inheriting, getenv("GONOGO_TEST_PG_DIR") != nil, let inherited = getenv("PGHOST") {
            directory = String(cString: inherited)
            lifeline = nil
            return
        }
        let child = try Child([
            "bash", Self.script, "sh", "-c", "echo \"$PGHOST\"; read -r _ || true",
        ])
        guard let line = child.readLine() else { throw ServerUnavailable() }
        directory = line
        lifeline = child.standardInput
    }

    deinit { if let lifeline { close(lifeline) } }

    /// How to reach a database of it.
    public func request(_ database: String = "postgres", user: String = "dba") -> ConnectionRequest {
        let string = "postgres://\(user)@/\(database)?host=\(directory)"
        return ConnectionRequest(engine: .postgres, string: string, display: string)
    }

    /// Opens a session with a database of it.
    public func session(_ database: String = "postgres", user: String = "dba") async throws
        -> any DatabaseSession
    {
        try await PostgresDriver().open(
            request(database, user: user),
            application: "gonogo/test",
            deadline: .now + .seconds(90)
        )
    }

    /// Makes a database, empty or a copy of another that nobody is connected to, and says its name.
    public func database(copying template: String? = nil) async throws -> String {
        let name = databases.withLock { count in
            count += 1
            return "test_\(getpid())_\(count)"
        }
        let session = try await session()
        _ = try await session.execute(SQLStatement("CREATE DATABASE \(name) TEMPLATE \(template ?? "template0")"))
        await session.close()
        return name
    }

    /// Makes the server stop as if it had crashed.
    public func crash() throws {
        try signal(SIGQUIT)
    }

    /// Makes the server crash and recover by itself, as it does when one of its processes is killed.
    public func crashAndRecover() async throws {
        let victim = try await session()
        guard let process = victim.facts.process else { throw ServerUnavailable() }
        kill(pid_t(process), SIGKILL)
        await victim.close()
    }

    /// Makes the server ask a role for its password; it trusts all others.
    public func distrust(_ role: String) throws {
        guard let file = fopen("\(directory)/data/pg_hba.conf", "w") else { throw ServerUnavailable() }
        fputs("local all \(role) scram-sha-256\nlocal all all trust\n", file)
        fclose(file)
        try signal(SIGHUP)
    }

    private func signal(_ signal: Int32) throws {
        guard let file = fopen("\(directory)/data/postmaster.pid", "r") else { throw ServerUnavailable() }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, 32, file) != nil else { throw ServerUnavailable() }
        kill(atoi(line), signal)
    }

    /// The package's directory is two above the one of this file.
    private static var script: String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/scripts/with-postgres"
    }
}

/// No server could be started; what it said is on standard error.
public struct ServerUnavailable: Error, CustomStringConvertible {
    /// What to do about it.
    public let description =
        "the tests need a PostgreSQL server and could not start one: see scripts/with-postgres"
}

/// A child process with a pipe at either end, in a session of its own.
private struct Child {
    let standardInput: Int32
    private let standardOutput: Int32

    init(_ arguments: [String]) throws {
        let (input, output) = (try Pipe(), try Pipe())
        defer { for descriptor in [input.reading, output.writing] { close(descriptor) } }
        // Its own session: a signal to the tests' process group is not for the server.
        _ = try Spawning(arguments: arguments).start((input.reading, output.writing, nil))
        (standardInput, standardOutput) = (input.writing, output.reading)
    }

    func readLine() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(standardOutput, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
