import CPostgres
import Databases
import Glibc

/// The talk with one server over one connection: sends, waits, reads, and knows where it stands.
///
/// It belongs to one task at a time: the opening, then the session.
final class Conversation {
    /// Asks the server to stop.
    let canceller: Canceller
    /// What the server remarks.
    let notices = NoticeCollector()

    private var connection: ServerConnection?
    private var typeNames = TypeNames()
    private var isBusy = false
    private var isClosing = false
    // Once reading failed nothing more will come; what libpq holds is its own message.
    private(set) var isBroken = false

    init(_ connection: ServerConnection) throws(DatabaseError) {
        guard let handle = PQgetCancel(connection.pointer) else {
            throw DatabaseError(kind: .connection, message: "the connection was lost while it was opened")
        }
        self.connection = connection
        canceller = Canceller(handle)
        notices.listen(to: connection.pointer)
    }

    /// The connection for as long as it is of use.
    var pointer: OpaquePointer? { connection?.pointer }

    /// Where the session stands, as the server last said.
    var transactionState: TransactionState {
        guard let pointer, !isBroken else { return .lost }
        return switch PQtransactionStatus(pointer) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_INTRANS, PQTRANS_ACTIVE: .open
        case PQTRANS_INERROR: .failed
        default: .lost
        }
    }

    /// Ends it; a statement that runs is asked to stop, and the task that waits for it ends the rest.
    func close() {
        isClosing = true
        if isBusy { canceller.request(.caller) } else { connection = nil }
    }

    /// Runs a piece of work during which the server may be asked to stop.
    func during<Success>(
        _ work: () async -> Result<Success, DatabaseError>
    ) async -> Result<Success, DatabaseError> {
        guard !isBusy else { return .failure(.inUse) }
        guard transactionState != .lost else { return .failure(.lost) }
        guard !Task.isCancelled else { return .failure(.cancelledBefore) }
        isBusy = true
        canceller.begin()
        let result = await work()
        // A request that is still under way could hit whatever is sent next.
        if await !canceller.end() || isClosing { connection = nil }
        isBusy = false
        return result
    }

    /// Sends one statement and reads all of its answers.
    func run(
        _ statement: SQLStatement,
        _ limits: ResultLimits,
        _ deadline: ContinuousClock.Instant?
    ) async -> Result<StatementResult, DatabaseError> {
        guard let pointer else { return .failure(.lost) }
        _ = notices.drain()
        var reader = ResultReader(limits: limits)
        do throws(DatabaseError) {
            try send(statement)
            PQsetSingleRowMode(pointer)
            while let result = try await nextResult(deadline) {
                defer { PQclear(result) }
                let status = PQresultStatus(result)
                reader.take(result, status)
                if let refusal = try await refuseCopy(status, deadline) { reader.refuse(refusal) }
                if isBroken { break }
            }
        } catch {
            reader.refuse(error)
        }
        if isBroken, !reader.isTouched { reader.refuse(.lost) }
        if let error = reader.error { return .failure(judged(error)) }
        await learnTypes(reader.types, deadline)
        return .success(reader.result(notices: notices.drain(), typeName: typeName))
    }

    /// Has the server parse a statement; the unnamed one it then keeps goes with the next.
    func parse(_ text: String, _ deadline: ContinuousClock.Instant?) async -> Result<Void, DatabaseError> {
        guard let pointer else { return .failure(.lost) }
        var reader = ResultReader(limits: .none)
        do throws(DatabaseError) {
            guard PQsendPrepare(pointer, "", text, 0, nil) == 1 else { throw judged(lastMessage(pointer)) }
            while let result = try await nextResult(deadline) {
                defer { PQclear(result) }
                reader.take(result, PQresultStatus(result))
                if isBroken { break }
            }
        } catch {
            reader.refuse(error)
        }
        _ = notices.drain()
        return reader.error.map { .failure(judged($0)) } ?? .success(())
    }

    /// The name of a type, as far as it is known.
    func typeName(_ type: Oid) -> String { typeNames.name(of: type) ?? "unknown" }

    /// Hands one statement to libpq.
    func send(_ statement: SQLStatement) throws(DatabaseError) {
        guard let pointer else { throw .lost }
        let values = try Parameters(statement.values)
        let sent = statement.text.withCString { text in
            strlen(text) == statement.text.utf8.count ? values.send(text, to: pointer) : -1
        }
        if sent < 0 {
            throw DatabaseError(
                kind: .statement,
                code: "22021",
                message: "the statement holds a NUL character"
            )
        }
        if sent == 0 { throw judged(lastMessage(pointer)) }
    }

    /// The next answer; nil when the statement is over.
    func nextResult(_ deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> OpaquePointer? {
        while let pointer, !isBroken, PQisBusy(pointer) == 1 { try await waitForServer(deadline) }
        guard let pointer else { throw .lost }
        let result = PQgetResult(pointer)
        // A connection that broke while something was sent is never busy, and has nothing more to say.
        if result == nil, connection?.isLost ?? true { isBroken = true }
        return result
    }

    /// Sends what is still to be sent and waits for the server, asking it to stop when the deadline has passed.
    func waitForServer(_ deadline: ContinuousClock.Instant?) async throws(DatabaseError) {
        guard let pointer else { throw .lost }
        let isUnsent = PQflush(pointer) == 1
        // Requests can arrive before the statement they mean: they are repeated until the server has answered.
        let tick: ContinuousClock.Instant =
            .now + (canceller.reason == nil ? .seconds(1) : .milliseconds(250))
        let until = canceller.reason == nil ? min(deadline ?? tick, tick) : tick
        let socket = PQsocket(pointer)
        if await SocketWaiter.shared.wait(for: isUnsent ? .both : .reading, on: socket, until: until) {
            if PQconsumeInput(pointer) == 0 { isBroken = true }
            return
        }
        let now = ContinuousClock.now
        if let giveUpAt = canceller.giveUpAt, now >= giveUpAt {
            connection = nil
            throw .unanswered(canceller.reason)
        }
        if let reason = canceller.reason {
            canceller.request(reason)
        } else if let deadline, now >= deadline {
            canceller.request(.deadline)
        }
    }

    /// Answers a COPY, so that neither side waits for the other; nil when there is none, or the server will say.
    func refuseCopy(
        _ status: ExecStatusType,
        _ deadline: ContinuousClock.Instant?
    ) async throws(DatabaseError) -> DatabaseError? {
        if status == PGRES_COPY_IN, let pointer {
            PQputCopyEnd(pointer, "gonogo sends no data with a statement")
        }
        guard status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH else { return nil }
        if canceller.reason == nil { canceller.request(.caller) }
        var buffer: UnsafeMutablePointer<CChar>?
        while let pointer, !isBroken {
            let length = PQgetCopyData(pointer, &buffer, 1)
            if length < 0 { break }
            if length == 0 { try await waitForServer(deadline) } else { PQfreemem(buffer) }
        }
        return DatabaseError(
            kind: .statement,
            code: "0A000",
            message: "COPY TO STDOUT has nowhere to write to",
            hint: "write a query, or COPY to a file of the server"
        )
    }

    /// An error as the kind that what happened to the connection makes it.
    func judged(_ error: DatabaseError) -> DatabaseError {
        guard error.kind == .statement else { return error }
        // The server's last words come as a remark, and say more than that it is gone.
        if isBroken || connection?.isLost ?? true, error.code.isEmpty,
            let words = notices.drain().last(where: { $0.code.hasPrefix("57P") })
        {
            return DatabaseError(kind: .connection, code: words.code, message: words.message, detail: error.message)
        }
        if isBroken || connection?.isLost ?? true { return error.with(kind: .connection) }
        guard error.code == "57014", let reason = canceller.reason else { return error }
        return error.with(kind: reason == .deadline ? .timeout : .cancelled)
    }

    private func lastMessage(_ pointer: OpaquePointer) -> DatabaseError {
        let (message, detail) = String(cString: PQerrorMessage(pointer)).firstLineAndRest
        return DatabaseError(kind: .statement, message: message, detail: detail)
    }

    /// Asks once for the names of types that no table here knows; never where the question could fail.
    private func learnTypes(_ types: [Oid], _ deadline: ContinuousClock.Instant?) async {
        for type in types where typeNames.name(of: type) == nil {
            guard transactionState == .idle || transactionState == .open else { return }
            let question = SQLStatement(
                "SELECT typname FROM pg_catalog.pg_type WHERE oid = $1::pg_catalog.oid",
                [String(type)]
            )
            let answer = try? await run(question, .standard, deadline).get()
            guard let name = answer?.rows.first?.first?.text else { return }
            typeNames.learn(name, for: type)
        }
    }
}

extension DatabaseError {
    fileprivate static var inUse: Self {
        Self(kind: .statement, message: "the session already runs a statement")
    }

    fileprivate static var lost: Self {
        Self(kind: .connection, code: "08003", message: "the session is closed")
    }

    fileprivate static var cancelledBefore: Self {
        Self(kind: .cancelled, message: "cancelled before the statement was sent")
    }

    fileprivate static func unanswered(_ reason: Canceller.Reason?) -> Self {
        Self(
            kind: reason == .deadline ? .timeout : .cancelled,
            message: "the server did not answer a request to stop; the session was given up"
        )
    }
}
