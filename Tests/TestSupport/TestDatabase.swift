public import Databases
import Glibc
import PostgresDriver
import SQLiteDriver

/// An empty database of a test's own.
public struct TestDatabase: Sendable {
    /// How to reach it.
    public let request: ConnectionRequest

    /// One that is there, or that its first session makes.
    public init(_ request: ConnectionRequest) { self.request = request }

    /// Makes one.
    public init(_ engine: Engine) async throws {
        switch engine {
        case .postgres:
            let server = try PostgresServer.shared
            request = server.request(try await server.database())
        case .sqlite:
            request = try SQLiteDriver.request(
                "sqlite:\(try temporaryDirectory())/test.db",
                createIfMissing: true
            )
        }
    }

    /// Opens a session with it, of an application's name.
    public func session(named application: String = "gonogo/test") async throws -> any DatabaseSession {
        let driver: any DatabaseDriver =
            switch request.engine {
            case .postgres: PostgresDriver()
            case .sqlite: SQLiteDriver()
            }
        return try await driver.open(request, application: application, deadline: .now + .seconds(90))
    }
}

/// A new empty directory, which goes when the process ends.
public func temporaryDirectory() throws -> String {
    var template = Array("\(try root.get())/XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CannotMakeDirectory() }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The directory of all temporary files of this process.
private let root = Result { () throws -> String in
    var template = Array("/tmp/gonogo-test.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CannotMakeDirectory() }
    atexit {
        if let path = try? root.get() { removeTree(path) }
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func removeTree(_ path: String) {
    if let directory = opendir(path) {
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { removeTree("\(path)/\(name)") }
        }
    }
    remove(path)
}

private struct CannotMakeDirectory: Error {}

/// The engines every promise is tested on.
public let engines = Engine.allCases

extension DatabaseSession {
    /// Runs statements one after another, without values.
    public func run(_ statements: String...) async throws {
        for statement in statements { _ = try await execute(SQLStatement(statement)) }
    }

    /// The first value of the first row, as text.
    public func value(_ statement: String, _ values: [String?] = []) async throws -> String? {
        try await execute(SQLStatement(statement, values)).rows.first?.first?.text
    }

    /// What a statement fails with; nil when it does not.
    public func failure(_ statement: SQLStatement) async -> DatabaseError? {
        do throws(DatabaseError) {
            _ = try await execute(statement)
            return nil
        } catch {
            return error
        }
    }
}
