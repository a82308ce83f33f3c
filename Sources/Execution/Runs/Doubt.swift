import Databases
import Planning

/// What became of a step whose COMMIT nobody saw answered, as the ledger tells.
///
/// The marker was inserted before COMMIT was sent, so inserting it again waits for an old session that still runs,
/// then fails when the step is applied and succeeds when it is not; what is inserted to ask is rolled back. A
/// server's own word about a transaction's number is not asked for: after a crash numbers are given out again.
struct Doubt {
    let marker: Marker
    let session: any DatabaseSession

    /// The answers.
    enum Answer {
        /// It is applied.
        case applied
        /// It is not.
        case absent
        /// Some of its statements are, each in its own transaction.
        case part
        /// An old session still holds it.
        case undecided
    }

    /// Asks, waiting at most `patience` milliseconds for an old session to end.
    func resolve(patience: Int) async throws(DatabaseError) -> Answer {
        let ledger = Ledger(session.dialect)
        var statements = [session.dialect.beginWrite]
        let settings = [(name: "lock_timeout", value: "\(patience)ms")]
        if let apply = session.dialect.applySettings(settings) { statements.append(apply) }
        statements.append(ledger.marker(marker))
        do throws(BatchFailure) {
            try await session.executeBatch(
                statements,
                limits: .standard,
                deadline: (patience + 5000).deadlineFromNow
            ) { _, _ in }
        } catch {
            await session.endTransaction()
            if error.error.isUniqueViolation { return .applied }
            if ["55P03", "SQLITE_BUSY"].contains(error.error.code) { return .undecided }
            throw error.error
        }
        await session.endTransaction()
        return .absent
    }

    /// What the ledger holds of a step that is in no transaction: it says `started` before and `applied` after.
    func look() async throws(DatabaseError) -> Answer {
        let state = try await session.execute(Ledger(session.dialect).state(of: marker)).rows.first?.first?.text
        return switch state {
        case nil: .absent
        case Marker.State.applied.rawValue: .applied
        default: .part
        }
    }
}

extension DatabaseError {
    /// Whether a key was there already.
    var isUniqueViolation: Bool {
        code == "23505" || code == "SQLITE_CONSTRAINT_PRIMARYKEY" || code == "SQLITE_CONSTRAINT_UNIQUE"
    }
}
