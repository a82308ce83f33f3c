import Databases
import Planning

/// The COMMIT of a step, and what became of it when the answer did not come.
struct Commit {
    let session: any DatabaseSession
    let step: PlannedStep
    let marker: Marker
    let context: RunContext

    /// How long a COMMIT may take before its session is given up.
    private static let patience = 60_000
    /// How long the database is asked what became of it.
    private static let resolveFor = 60_000

    /// Commits; whatever becomes of the calling task, since what was announced must be known.
    ///
    /// A task that was cancelled sends nothing, so then another does it. When the cancellation comes later, the server
    /// either commits all the same or says that it did not.
    func end(rows: Int) async -> StepEnd {
        Task.isCancelled ? await Task.apart { await commit(rows: rows) }.value : await commit(rows: rows)
    }

    private func commit(rows: Int) async -> StepEnd {
        do throws(DatabaseError) {
            let result = try await session.execute(
                "COMMIT",
                limits: .none,
                deadline: Self.patience.deadlineFromNow
            )
            // An aborted transaction answers COMMIT with success and the tag ROLLBACK.
            guard result.tag == "COMMIT" else {
                let cause = FailureCause(
                    message: "COMMIT was answered with \(result.tag): nothing was applied",
                    place: step.place
                )
                return .failed(cause, leaves: .nothing)
            }
            return .applied(rows: rows)
        } catch {
            let cause = FailureCause(error, step: step)
            guard error.kind == .statement else { return await Task.apart { await resolve(cause, rows: rows) }.value }
            // A deferred constraint, say: the server rolled back and said so. SQLite keeps the transaction open.
            await session.endTransaction()
            return .failed(cause, leaves: .nothing)
        }
    }

    /// Asks the ledger over a new session until it can tell.
    private func resolve(_ cause: FailureCause, rows: Int) async -> StepEnd {
        await session.close()
        let end = Self.resolveFor.deadlineFromNow
        repeat {
            if let fresh = try? await context.open(step.target) {
                let answer = try? await Doubt(marker: marker, session: fresh).resolve(patience: 5000)
                await fresh.close()
                switch answer {
                case .applied: return .applied(rows: rows)
                case .absent, .part: return .failed(cause, leaves: .nothing)
                case .undecided, nil: break
                }
            }
            await Time.sleep(for: .milliseconds(500))
        } while end > Time.now
        return .failed(cause, leaves: .unknown)
    }
}
