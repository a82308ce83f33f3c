import Databases
import Planning
import Statements

/// Work outside of transactions whose outcome is in the catalog: looked at before and after, and cleaned up after a
/// failure.
protocol OutsideWork: Sendable {
    /// Whether others go on reading and writing meanwhile, however long it waits.
    var letsOthersThrough: Bool { get }

    /// Makes room for the statement, or tells why it is not needed or cannot be done.
    ///
    /// `again` says that an earlier attempt may have been done: then what is not there any more is none of the server's
    /// business. The first time a name that is not there is a mistake, and the server's to tell.
    func prepare(again: Bool) async throws(DatabaseError) -> Preparation
    /// Whether it was done, after nobody heard how it ended; what can be done again is not.
    func wasDone() async throws(DatabaseError) -> Bool
    /// Finishes what was broken off and can only be taken back once it is done; whether it did.
    func finish() async throws(DatabaseError) -> Bool
    /// What is wrong although the server said nothing.
    func problemAfterwards() async throws(DatabaseError) -> String?
    /// Takes away what a failed job left; says so, and what is left all the same. The error is the server's, where it
    /// told of one.
    func cleanUp(after error: DatabaseError?) async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves)
}

extension OutsideWork {
    /// There is no such thing.
    func finish() async throws(DatabaseError) -> Bool { false }
}

/// What was found before a statement is sent.
enum Preparation {
    /// It is to be sent; what was taken out of its way, if anything was.
    case ready(remark: String?)
    /// It has nothing to do.
    case needless(reason: String)
    /// It would fail, and what is there is not its own.
    case impossible(reason: String)
}

extension PlannedStatement {
    /// The work that a statement asks for, as far as the catalog tells of it; its names may only be known once its
    /// variables are in place.
    func outsideWork(bound text: String, _ session: any DatabaseSession) -> (any OutsideWork)? {
        guard session.dialect.capabilities.concurrentIndexes else { return nil }
        if let index = concurrentIndex ?? ConcurrentIndex.asked(by: text) {
            guard index.action != .rebuild else { return RebuildWork(index, session) }
            return IndexWork(index: index, session: session)
        }
        return OutsideJob(askedBy: text).map { job in
            if case .rebuildIndexes(let table) = job { return RebuildWork(of: table, session) }
            return CatalogWork(job: job, session: session)
        }
    }
}

/// Databases made and dropped, partitions detached, and what may be done again at any time.
private struct CatalogWork: OutsideWork {
    let job: OutsideJob
    let session: any DatabaseSession

    var letsOthersThrough: Bool {
        if case .repeatable = job { false } else { true }
    }

    func prepare(again: Bool) async throws(DatabaseError) -> Preparation {
        switch (job, try await state()) {
        case (.createDatabase(let name), "valid"), (.createDatabase(let name), "invalid"):
            .impossible(reason: "database \(name) is there already")
        case (.dropDatabase(let name, tolerant: true), "absent"): .needless(reason: "database \(name) is not there")
        case (.dropDatabase(let name, _), "absent") where again: .needless(reason: "database \(name) is not there")
        case (.detach(let partition, _), "detached") where again:
            .needless(reason: "\(partition.name) is no partition of it any more")
        case (.detach(let partition, let table), "pending"):
            try await finalize(partition, of: table)
        default: .ready(remark: nil)
        }
    }

    func wasDone() async throws(DatabaseError) -> Bool {
        switch (job, try await state()) {
        case (.createDatabase, "valid"), (.dropDatabase, "absent"), (.detach, "detached"): true
        default: false
        }
    }

    func finish() async throws(DatabaseError) -> Bool {
        guard case .detach(let partition, let table) = job, try await state() == "pending" else { return false }
        _ = try await finalize(partition, of: table)
        return true
    }

    func problemAfterwards() async throws(DatabaseError) -> String? {
        if case .repeatable = job { return nil }
        return try await wasDone() ? nil : "the catalog does not show what the server said it had done"
    }

    func cleanUp(after error: DatabaseError?) async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves) {
        switch (job, try await state()) {
        case (.detach(let partition, _), "pending"):
            return ("\(partition.name) is being detached still: to do it again finishes the job", .part)
        case (.dropDatabase(let name, _), "invalid"):
            return ("database \(name) is half dropped: to drop it again finishes the job", .part)
        case (.repeatable(inParts: true), _): return (nil, .part)
        default: return (nil, .nothing)
        }
    }

    /// How what it works on stands now.
    private func state() async throws(DatabaseError) -> String? {
        let dialect = session.dialect
        let question: SQLStatement? =
            switch job {
            case .repeatable, .rebuildIndexes: nil
            case .createDatabase(let name), .dropDatabase(let name, _): dialect.databaseState(name)
            case .detach(let partition, let table):
                dialect.partitionState(
                    schema: partition.schema, name: partition.name, of: (table.schema, table.name))
            }
        guard let question else { return nil }
        return try await session.execute(question).rows.first?.first?.text
    }

    /// Finishes what an interrupted detaching left.
    private func finalize(
        _ partition: OutsideJob.Name, of table: OutsideJob.Name
    ) async throws(DatabaseError) -> Preparation {
        func path(_ name: OutsideJob.Name) -> String {
            [name.schema, name.name].compactMap { $0 }.map(session.dialect.identifier).joined(separator: ".")
        }
        let text = "ALTER TABLE \(path(table)) DETACH PARTITION \(path(partition)) FINALIZE"
        _ = try await session.execute(SQLStatement(text))
        return .needless(reason: "the detaching of \(partition.name) was finished")
    }
}
