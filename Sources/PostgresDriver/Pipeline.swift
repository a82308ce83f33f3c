import CPostgres
import Databases

extension Conversation {
    /// Runs several statements without waiting for each; the index of the one that failed comes with its error.
    ///
    /// In a transaction, or when the first of them opens one, they are pipelined. Outside of one, libpq would make a
    /// single transaction of what is sent together, so that a failure took back the statements before it: there each
    /// is waited for. So is a COPY wherever it stands, as libpq gives up a connection on which one asks for data in a
    /// pipeline.
    func runBatch(
        _ statements: [SQLStatement],
        _ limits: ResultLimits,
        _ deadline: ContinuousClock.Instant?,
        _ finished: (Int, StatementResult) -> Void
    ) async -> BatchFailure? {
        var done = 0
        while done < statements.count {
            let rest = statements[done...]
            let joins = transactionState == .open || statements[done].opensTransaction
            let length = joins ? rest.prefix { !$0.isCopy }.count : 0
            if length > 1 {
                let part = length == statements.count ? statements : Array(rest.prefix(length))
                let failure = await runPipeline(part, limits, deadline) { finished(done + $0, $1) }
                if let failure { return BatchFailure(index: done + failure.index, error: failure.error) }
                done += length
            } else {
                switch await run(statements[done], limits, deadline) {
                case .success(let result): finished(done, result)
                case .failure(let error): return BatchFailure(index: done, error: error)
                }
                done += 1
            }
        }
        return nil
    }

    private func runPipeline(
        _ statements: [SQLStatement],
        _ limits: ResultLimits,
        _ deadline: ContinuousClock.Instant?,
        _ finished: (Int, StatementResult) -> Void
    ) async -> BatchFailure? {
        guard let pointer, PQenterPipelineMode(pointer) == 1 else {
            return BatchFailure(
                index: 0,
                error: DatabaseError(kind: .connection, message: "the session is closed")
            )
        }
        _ = notices.drain()
        var pipeline = Pipeline(self, statements, limits)
        do throws(DatabaseError) {
            try await pipeline.run(deadline, finished)
        } catch {
            pipeline.fail(error)
        }
        notices.pipelined = nil
        if let pointer = self.pointer { PQexitPipelineMode(pointer) }
        return pipeline.failure.map { BatchFailure(index: $0.index, error: judged($0.error)) }
    }
}

/// Statements on their way to the server and answers on their way back.
///
/// Only so many are under way that memory stays bounded. There is one Sync, at the end: after an error the server
/// skips everything up to it, whatever has been sent.
private struct Pipeline {
    private static let most = 512
    private static let mostBytes = 1 << 20

    private let conversation: Conversation
    private let statements: [SQLStatement]
    private let limits: ResultLimits
    private var reader: ResultReader
    private var sent = 0
    private var answered = 0
    private var bytesUnderWay = 0
    private var isSynced = false
    private var isOver = false
    // A statement that cannot be sent fails when its turn comes: those before it run.
    private var end: Int
    private var unsendable: DatabaseError?

    private(set) var failure: (index: Int, error: DatabaseError)?

    init(_ conversation: Conversation, _ statements: [SQLStatement], _ limits: ResultLimits) {
        self.conversation = conversation
        self.statements = statements
        self.limits = limits
        end = statements.count
        reader = ResultReader(limits: limits)
    }

    /// The statement whose answer is awaited failed, or the connection did.
    mutating func fail(_ error: DatabaseError) {
        if failure == nil { failure = (answered, error) }
    }

    mutating func run(
        _ deadline: ContinuousClock.Instant?,
        _ finished: (Int, StatementResult) -> Void
    ) async throws(DatabaseError) {
        while !isOver {
            try fill()
            try await readOne(deadline, finished)
            while !isOver, sent > answered || isSynced, isAnswerThere {
                try await readOne(deadline, finished)
            }
        }
    }

    private var isAnswerThere: Bool { conversation.pointer.map { PQisBusy($0) == 0 } ?? true }

    /// Sends as many statements as may be under way; after the last, or a failure, the Sync.
    private mutating func fill() throws(DatabaseError) {
        guard let pointer = conversation.pointer, !isSynced else { return }
        guard sent - answered <= Self.most / 2 || failure != nil else { return }
        let before = sent
        while failure == nil, sent < end, sent - answered < Self.most {
            let size = statements[sent].text.utf8.count
            guard sent == answered || bytesUnderWay + size <= Self.mostBytes else { break }
            do throws(DatabaseError) {
                try conversation.send(statements[sent])
                bytesUnderWay += size
                sent += 1
                if sent == answered + 1 { beginStatement(pointer) }
            } catch {
                end = sent
                unsendable = error
            }
        }
        if failure != nil || sent == end {
            PQpipelineSync(pointer)
            isSynced = true
        } else if sent > before {
            PQsendFlushRequest(pointer)
        }
    }

    private mutating func readOne(
        _ deadline: ContinuousClock.Instant?,
        _ finished: (Int, StatementResult) -> Void
    ) async throws(DatabaseError) {
        guard let result = try await conversation.nextResult(deadline) else {
            if conversation.isBroken { throw reader.error ?? .lostInPipeline }
            if reader.isTouched, answered < sent { endStatement(finished) }
            return
        }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        if status == PGRES_PIPELINE_SYNC {
            isOver = true
            if let unsendable, failure == nil { failure = (end, unsendable) }
            return
        }
        reader.take(result, status)
        if conversation.isBroken { throw reader.error ?? .lostInPipeline }
    }

    private mutating func beginStatement(_ pointer: OpaquePointer) {
        PQsetSingleRowMode(pointer)
        let next = answered + 1
        let following = next < statements.count ? statements[next].text : nil
        conversation.notices.pipelined = (statements[answered].text, following)
    }

    private mutating func endStatement(_ finished: (Int, StatementResult) -> Void) {
        let notices = conversation.notices.drain()
        if failure == nil {
            if let error = reader.error {
                failure = (answered, error)
            } else {
                finished(answered, reader.result(notices: notices, typeName: conversation.typeName))
            }
        }
        bytesUnderWay -= statements[answered].text.utf8.count
        answered += 1
        reader = ResultReader(limits: limits)
        if sent > answered, let pointer = conversation.pointer { beginStatement(pointer) }
    }
}

extension SQLStatement {
    fileprivate var opensTransaction: Bool {
        let dialect = PostgresDialect()
        return text.hasPrefix(dialect.beginWrite.text) || text == dialect.beginReadOnly.text
    }
}

extension DatabaseError {
    fileprivate static var lostInPipeline: Self {
        Self(kind: .connection, message: "the connection was lost")
    }
}

extension SQLStatement {
    fileprivate var isCopy: Bool {
        let word = text.utf8.drop { $0 <= 0x20 }.prefix(5)
        return word.prefix(4).elementsEqual("copy".utf8) { $0 | 0x20 == $1 }
            && word.last.map { $0 <= 0x20 } == true
    }
}
