import Databases
import Glibc
import PostgresDriver
import SQLiteDriver
import TestSupport
import Testing

private let canary = "c4n4ry-s3cret"

/// What opening fails with; nil when it does not.
private func failure(_ string: String) async -> DatabaseError? {
    do throws(DatabaseError) {
        let request = try PostgresDriver.request(string)
        #expect(!request.display.contains(canary))
        _ = try await PostgresDriver().open(request, application: "test", deadline: .now + .seconds(5))
        return nil
    } catch {
        return error
    }
}

struct `A connection` {
    @Test(
        arguments: [
            "postgres://u:\(canary)@localhost:1/db", "postgres://u:\(canary)@@h/db",
            "postgres://u:x@\(canary)@h/db",
            "postgres://u:12/\(canary)@h/db", "postgres://u:\(canary)/x@h/db",
            "postgres://u:%zz\(canary)@h/db",
            "postgres://u@localhost:1/db?password=\(canary)", "postgres://u:\(canary)@[::1/db",
            "host=localhost port=1 password=\(canary)", "host=localhost password='\(canary)",
            "password \(canary)",
            "postgres://u:\(canary)@localhost:x/db", "postgres://u:\(canary)@h/db?nonsense=1",
        ])
    func `that cannot be made says why without a secret`(_ string: String) async throws {
        let error = try #require(await failure(string))
        #expect(error.kind == .connection)
        #expect(!error.message.isEmpty)
        #expect(!"\(error)".contains(canary))
        #expect(!"\(error)".contains("s3cret@"))
    }

    @Test func `that the server refuses says so without the password`() async throws {
        let server = try PostgresServer.another()
        try server.distrust("guarded")
        try await server.session().run("SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)")
        try await server.session().run("CREATE ROLE guarded LOGIN PASSWORD 'right'")
        let string = "host=\(server.directory) dbname=postgres user=guarded password="
        let error = try #require(await failure(string + canary))
        #expect(error.message.hasSuffix("FATAL:  password authentication failed for user \"guarded\""))
        #expect(!"\(error)".contains(canary))
        #expect(await failure(string + "right") == nil)
        // Whoever writes the password in the wrong place does not see it either.
        let echoed = await #expect(throws: DatabaseError.self) {
            let string = "host=\(server.directory) dbname=\(canary) user=dba password=\(canary)"
            _ = try await PostgresDriver().open(
                try PostgresDriver.request(string),
                application: "test",
                deadline: .now + .seconds(5)
            )
        }
        #expect(echoed?.message.hasSuffix("FATAL:  database \"***\" does not exist") == true)
    }

    @Test func `says which part of its URL is wrong`() async throws {
        #expect(
            await failure("postgres://u:p@ss@h/db")?.message == "the connection URL holds an `@` too many"
        )
        #expect(
            await failure("postgres://u:12%zz@h/db")?.message
                == "a `%` in the connection URL is not followed by two hexadecimal digits"
        )
        #expect(await failure("postgres://u:x/y@h/db")?.message == "the connection URL holds an `@` too many")
        #expect(await failure("nonsense")?.message == "the connection string cannot be read")
    }

    @Test(
        arguments: [
            ("postgres://app:secret@db.example:5433/shop", "postgres://app@db.example:5433/shop"),
            ("postgresql://app@db.example/shop?sslmode=require", "postgres://app@db.example/shop"),
            (
                "host=/run/postgresql user=app dbname=shop password=x",
                "postgres://app@/shop?host=/run/postgresql"
            ),
            ("host=/tmp port=5433 user=app dbname=shop", "postgres://app@/shop?host=/tmp&port=5433"),
            ("postgres://app@a:1,b:2/shop", "postgres://app@a:1,b:2/shop"),
            ("postgres://us%40er:p%40ss@h/d%2Fb", "postgres://us%40er@h/d%2Fb"),
            ("postgres://app@[::1]:6432/shop", "postgres://app@[::1]:6432/shop"),
            ("service=shop", "service=shop"),
        ])
    func `is shown without its password`(_ string: String, _ display: String) throws {
        #expect(try PostgresDriver.request(string).display == display)
    }

    @Test(
        arguments: [
            ("postgres://app@db.example/shop?sslmode=require", "require"),
            ("host=/tmp,db.example dbname=shop sslmode=prefer", "prefer"),
            ("postgres://app@db.example/shop?sslmode=verify-full", nil), ("postgres://app@db.example/shop", nil),
            ("postgres://app@localhost/shop?sslmode=disable", nil), ("postgres:///shop?sslmode=disable", nil),
            ("host=/tmp dbname=shop sslmode=disable", nil), ("host=127.0.0.1 dbname=shop sslmode=allow", nil),
        ] as [(String, String?)])
    func `tells where its string does without proof of the server`(_ string: String, _ mode: String?) throws {
        #expect(try PostgresDriver.request(string).unverified == mode)
    }

    @Test func `tells whether a password is written in its string`() {
        #expect(PostgresDriver.holdsPassword("postgres://u:p@h/db"))
        #expect(PostgresDriver.holdsPassword("host=h password=p"))
        #expect(!PostgresDriver.holdsPassword("postgres://u@h/db"))
    }

    @Test func `knows the database it leads to`() async throws {
        let server = try PostgresServer.shared
        let database = try await server.database()
        let (first, second) = (try await server.session(database), try await server.session())
        #expect(first.identity.engine == .postgres)
        #expect(first.identity.database == database)
        #expect(first.identity.role == "dba")
        #expect(first.identity.versionNumber >= 130_000)
        #expect(first.identity.version.hasPrefix("\(first.identity.versionNumber / 10_000)."))
        #expect(first.identity.fingerprint != second.identity.fingerprint)
        #expect(
            first.identity.fingerprint.split(separator: ":").first
                == second.identity.fingerprint.split(separator: ":").first
        )
        #expect(try await first.value("SHOW application_name") == "gonogo/test")
    }

    @Test func `prints values the same whatever the database is set to`() async throws {
        let server = try PostgresServer.shared
        let database = try await server.database()
        let session = try await server.session(database)
        for setting in [
            "DateStyle = 'German'", "bytea_output = 'escape'", "IntervalStyle = 'iso_8601'",
            "client_min_messages = 'error'", "standard_conforming_strings = off",
        ] {
            try await session.run("ALTER DATABASE \(database) SET \(setting)")
        }
        let next = try await server.session(database)
        let row = try await next.execute(
            "SELECT '2024-02-29'::date, '\\x00'::bytea, '1 day'::interval, 'a\\b'"
        ).rows
        #expect(row == [[.text("2024-02-29"), .bytes([0]), .text("1 day"), .text("a\\b")]])
    }

    @Test(arguments: engines)
    func `can be closed twice, and then only says that it is closed`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        await session.close()
        await session.close()
        #expect(await session.transactionState == .lost)
        #expect(await session.failure("SELECT 1")?.kind == .connection)
        #expect(await session.failure("SELECT 1")?.message == "the session is closed")
        session.cancel()
    }

    @Test func `that is closed while it is used stops what runs`() async throws {
        let session = try await PostgresServer.shared.session()
        let task = Task { await session.failure("SELECT pg_sleep(60)") }
        try await Task.sleep(for: .milliseconds(150))
        await session.close()
        #expect(await task.value?.kind == .cancelled)
        #expect(await session.transactionState == .lost)
    }

    @Test(arguments: engines)
    func `that is closed takes its transaction back`(_ engine: Engine) async throws {
        let database = try await TestDatabase(engine)
        let (first, second) = (try await database.session(), try await database.session())
        try await first.run("CREATE TABLE t (a int)")
        _ = try await first.execute(first.dialect.beginWrite)
        try await first.run("INSERT INTO t VALUES (1)")
        await first.close()
        #expect(try await second.value("SELECT count(*) FROM t") == "0")
    }

    @Test func `that an administrator ends says so`() async throws {
        let server = try PostgresServer.shared
        let (victim, other) = (try await server.session(), try await server.session())
        let backend = try await victim.value("SELECT pg_backend_pid()")
        let task = Task { await victim.failure("SELECT pg_sleep(60)") }
        try await Task.sleep(for: .milliseconds(100))
        _ = try await other.value("SELECT pg_terminate_backend($1)", [backend])
        let error = await task.value
        #expect(error?.kind == .connection && error?.code == "57P01")
        #expect(error?.message == "terminating connection due to administrator command")
        #expect(await victim.transactionState == .lost)
    }

    @Test func `that is lost in a batch says so`() async throws {
        let server = try PostgresServer.shared
        let (victim, other) = (try await server.session(), try await server.session())
        let backend = try await victim.value("SELECT pg_backend_pid()")
        try await victim.run("BEGIN")
        let task = Task { () -> BatchFailure? in
            do throws(BatchFailure) {
                try await victim.batch(["SELECT 1", "SELECT pg_sleep(60)", "SELECT 2"])
                return nil
            } catch {
                return error
            }
        }
        try await Task.sleep(for: .milliseconds(150))
        _ = try await other.value("SELECT pg_terminate_backend($1)", [backend])
        let failure = await task.value
        #expect(failure?.index == 1)
        #expect(failure?.error.kind == .connection && failure?.error.code == "57P01")
        #expect(await victim.transactionState == .lost)
    }

    @Test func `to a server that crashes is lost`() async throws {
        let server = try PostgresServer.another()
        let session = try await server.session()
        let task = Task { await session.failure("SELECT pg_sleep(60)") }
        try await Task.sleep(for: .milliseconds(150))
        try server.crash()
        #expect(await task.value?.kind == .connection)
        #expect(await session.transactionState == .lost)
        #expect(await session.failure("SELECT 1")?.kind == .connection)
    }

    @Test func `that nobody answers is given up at its deadline`() async throws {
        let directory = try temporaryDirectory()
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: "\(directory)/.s.PGSQL.5432".utf8)
        }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0 && listen(listener, 1) == 0)
        let request = try PostgresDriver.request("postgres://u@/db?host=\(directory)")
        let error = await #expect(throws: DatabaseError.self) {
            try await PostgresDriver().open(request, application: "test", deadline: .now + .milliseconds(300))
        }
        #expect(error?.message == "the server did not answer in time while connecting")
    }
}

struct `A SQLite file` {
    @Test func `that is not there is not made`() async throws {
        let path = try temporaryDirectory() + "/missing.db"
        #expect(await failureOfOpening("sqlite:\(path)") == "\(path): no such file or directory")
        #expect(access(path, F_OK) != 0)
    }

    @Test func `that is no database, or no file, is refused`() async throws {
        let directory = try temporaryDirectory()
        #expect(await failureOfOpening("sqlite:\(directory)") == "\(directory) is a directory")
        #expect(await failureOfOpening("sqlite:/dev/null") == "/dev/null is not a regular file")
        #expect(await failureOfOpening("sqlite:/etc/passwd") == "file is not a database")
        #expect(
            await failureOfOpening("sqlite:\(directory)/no/such.db", create: true)
                == "\(directory)/no: no such file or directory"
        )
        #expect(await failureOfOpening("sqlite:") == "the address names no file")
        #expect(await failureOfOpening("sqlite::memory:") == "the address names no file")
        #expect(await failureOfOpening("mysql:x") == "not a SQLite address")
    }

    @Test func `is known by its real path and its inode`() async throws {
        let database = try await TestDatabase(.sqlite)
        let session = try await database.session()
        try await session.run("CREATE TABLE t (a)")
        let link = try temporaryDirectory() + "/link.db"
        symlink(session.identity.database, link)
        let other = try await SQLiteDriver().open(
            try SQLiteDriver.request("sqlite:\(link)"),
            application: "",
            deadline: .now + .seconds(5)
        )
        #expect(other.identity == session.identity)
        #expect(try await other.value("SELECT count(*) FROM t") == "0")
    }

    @Test func `is used off the threads that other tasks need`() async throws {
        let endless: SQLStatement =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        var tasks: [Task<DatabaseError?, Never>] = []
        for _ in 0..<8 {
            let session = try await TestDatabase(.sqlite).session()
            tasks.append(Task { await session.failure(endless) })
        }
        try await Task.sleep(for: .milliseconds(100))
        for task in tasks { task.cancel() }
        for task in tasks { #expect(await task.value?.kind == .cancelled) }
    }

    private func failureOfOpening(_ string: String, create: Bool = false) async -> String? {
        do throws(DatabaseError) {
            let request = try SQLiteDriver.request(string, createIfMissing: create)
            _ = try await SQLiteDriver().open(request, application: "", deadline: .now + .seconds(5))
            return nil
        } catch {
            #expect(error.kind == .connection)
            return error.message
        }
    }
}
