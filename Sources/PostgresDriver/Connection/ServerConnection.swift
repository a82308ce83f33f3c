import CPostgres
import Databases
import Dispatch
import Glibc

/// Owns a libpq connection and ends it with itself.
///
/// libpq allows any thread to use a connection as long as only one does at a time: first the opening, step by step,
/// then the session that was opened.
final class ServerConnection: @unchecked Sendable {
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQfinish(pointer) }

    /// Whether the way to the server is gone.
    var isLost: Bool { PQstatus(pointer) == CONNECTION_BAD }

    /// Connects and authenticates, waiting without a thread except where libpq looks up names.
    static func open(
        _ settings: [ConnectionSetting],
        deadline: ContinuousClock.Instant
    ) async throws(DatabaseError) -> ServerConnection {
        let started = await offPool(until: deadline) { start(settings) }
        guard let started else { throw .timedOut }
        guard let connection = started else {
            throw DatabaseError(kind: .connection, message: "out of memory")
        }
        if connection.isLost { throw connection.connectError }
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            if state == PGRES_POLLING_FAILED { throw connection.connectError }
            if Task.isCancelled {
                throw DatabaseError(kind: .cancelled, message: "cancelled while connecting")
            }
            let tick = min(deadline, .now + .seconds(1))
            let interest: SocketWaiter.Interest = state == PGRES_POLLING_READING ? .reading : .writing
            if await SocketWaiter.shared.wait(for: interest, on: PQsocket(connection.pointer), until: tick) {
                let polled = await offPool(until: deadline) { PQconnectPoll(connection.pointer) }
                guard let polled else { throw .timedOut }
                state = polled
            }
            if ContinuousClock.now >= deadline, state != PGRES_POLLING_OK { throw .timedOut }
        }
        PQsetnonblocking(connection.pointer, 1)
        return connection
    }

    private static func start(_ settings: [ConnectionSetting]) -> ServerConnection? {
        let keywords = settings.map { strdup($0.keyword) }
        let values = settings.map { strdup($0.value) }
        defer { (keywords + values).forEach { free($0) } }
        let keywordPointers = keywords.map { UnsafePointer($0) } + [nil]
        let valuePointers = values.map { UnsafePointer($0) } + [nil]
        // 0: a database name is a name, never a connection string of its own.
        return PQconnectStartParams(keywordPointers, valuePointers, 0).map { ServerConnection($0) }
    }

    /// Why connecting failed, without the password wherever libpq got it from.
    private var connectError: DatabaseError {
        var text = String(cString: PQerrorMessage(pointer))
        if let password = PQpass(pointer).map({ String(cString: $0) }), password.utf8.count > 2 {
            text = text.replacing(password, with: "***")
        }
        let (message, detail) = text.firstLineAndRest
        return DatabaseError(kind: .connection, message: message, detail: detail)
    }
}

extension DatabaseError {
    fileprivate static var timedOut: Self {
        Self(kind: .connection, message: "the server did not answer in time while connecting")
    }
}

/// Does something that may block, on a thread that is not of the cooperative pool; nil when the deadline came first.
private func offPool<Value: Sendable>(
    until deadline: ContinuousClock.Instant,
    _ work: @escaping @Sendable () -> Value
) async -> Value? {
    let race = Guarded(Race<Value>())
    await withCheckedContinuation { continuation in
        race.withLock { $0.continuation = continuation }
        let (seconds, attoseconds) = max(deadline - .now, .zero).components
        let nanoseconds = Int(attoseconds / 1_000_000_000)
        let limit = DispatchTime.now() + .seconds(Int(clamping: seconds)) + .nanoseconds(nanoseconds)
        blockingQueue.async {
            let value = work()
            race.withLock { $0.finish(value) }?.resume()
        }
        blockingQueue.asyncAfter(deadline: limit) { race.withLock { $0.finish(nil) }?.resume() }
    }
    return race.withLock { $0.value.take() }
}

private let blockingQueue = DispatchQueue(label: "gonogo.connect", attributes: .concurrent)

/// What work and deadline compete for: the first to come resumes the one who waits.
private struct Race<Value: Sendable>: Sendable {
    var continuation: CheckedContinuation<Void, Never>?
    var value: Value?

    mutating func finish(_ value: Value?) -> CheckedContinuation<Void, Never>? {
        guard let waiting = continuation.take() else { return nil }
        self.value = value
        return waiting
    }
}
