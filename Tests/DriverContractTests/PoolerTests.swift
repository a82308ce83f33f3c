import Databases
import Glibc
import PostgresDriver
import TestSupport
import Testing

struct `A connection pooler` {
    @Test func `is not taken for the server`() async throws {
        let server = try PostgresServer.shared
        let pooler = try Pooler(before: server.directory)
        let request = ConnectionRequest(
            engine: .postgres, string: "host=\(pooler.directory) dbname=postgres user=dba", display: "pooler")
        let error = await #expect(throws: DatabaseError.self) {
            _ = try await PostgresDriver().open(request, application: "test", deadline: .now + .seconds(20))
        }
        #expect(error?.message == "a connection pooler answers instead of the server")
    }
}

/// What poolers do: it lets one client talk to the server, and names another process than the one that answers.
private final class Pooler: Sendable {
    let directory: String

    init(before server: String) throws {
        directory = try temporaryDirectory()
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isBound = Self.withAddress(directory) { bind(listener, $0, $1) == 0 }
        guard isBound, listen(listener, 1) == 0 else { throw TestFailure("no socket in \(directory)") }
        Thread.start {
            let client = accept(listener, nil, nil)
            let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.withAddress(server, { connect(upstream, $0, $1) == 0 }) else { return }
            Thread.start { Self.pass(from: client, to: upstream) }
            Self.pass(from: upstream, to: client) { bytes in
                // BackendKeyData: 'K', its length of 12, the process, the key for cancelling.
                let key: [UInt8] = [0x4B, 0, 0, 0, 12]
                guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: key) }) else { return }
                bytes[place + 8] ^= 1
            }
            for descriptor in [listener, client, upstream] { close(descriptor) }
        }
    }

    private static func pass(from: Int32, to: Int32, _ change: (inout [UInt8]) -> Void = { _ in }) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(from, &buffer, buffer.count), count > 0 {
            var bytes = Array(buffer[..<count])
            change(&bytes)
            guard write(to, bytes, count) == count else { break }
        }
        shutdown(to, Int32(SHUT_WR))
    }

    private static func withAddress(
        _ directory: String, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(directory)/.s.PGSQL.5432".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}

/// A thread that nobody waits for.
private enum Thread {
    private final class Work {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    static func start(_ work: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Work(work)).toOpaque()
        pthread_create(
            &thread, nil,
            { argument in
                argument.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().work() }
                return nil
            }, argument)
        pthread_detach(thread)
    }
}
