import Databases
import Planning

/// The marker of what is in no transaction: it says `started` before, and `applied` once that is known.
extension StepRunner {
    /// What the ledger knows of earlier attempts, where there may have been some.
    func earlier(_ marker: Marker, _ session: any DatabaseSession) async throws(DatabaseError) -> Doubt.Answer {
        guard direction == .back || context.isResumed else { return .absent }
        return try await Doubt(marker: marker, session: session).look()
    }

    /// Writes `started`, which lasts at once and leaves nothing in the session; why the step may not begin, if that is
    /// so.
    ///
    /// A marker of an earlier attempt stays as it is.
    func announce(
        _ marker: Marker, _ session: any DatabaseSession, _ step: PlannedStep
    ) async throws(DatabaseError) -> StepEnd? {
        let dialect = session.dialect
        let settings = dialect.applySettings(TransactionSettings.outside([], role: nil))
        let batch = [dialect.beginWrite, settings, Ledger(dialect).marker(marker), "COMMIT"].compactMap { $0 }
        let place = batch.count - 2
        let results = BatchResults(keeping: [place])
        do throws(BatchFailure) {
            try await session.executeBatch(batch, limits: .standard, deadline: deadline(of: step)) { index, result in
                results.take(index, result)
            }
        } catch {
            await session.endTransaction()
            guard error.error.isUniqueViolation else { throw error.error }
            // What became of the earlier attempt was looked up before.
            if direction == .back || context.isResumed { return nil }
            let cause = FailureCause(
                message: "the ledger says this step was begun before", code: error.error.code, place: step.place)
            return .failed(cause, leaves: .nothing)
        }
        guard results[place]?.affectedRows == 1 else { return .failed(context.superseded(step), leaves: .nothing) }
        return nil
    }
}
