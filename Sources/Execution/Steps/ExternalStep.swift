import Databases
import Planning

extension StepRunner {
    /// Runs a program; exit status 0 is success, anything else a failure that may have left something.
    ///
    /// The ledger says `started` before and `applied` after, so that a journal that is lost, or an older copy of it,
    /// does not let it run again.
    func runCommand(
        _ command: PlannedCommand, _ step: PlannedStep, _ mark: StepMark
    ) async throws(FileFailure) -> StepEnd {
        let marker = await context.marker(mark, of: step, state: .started)
        if let failure = await context.log.sync() { throw failure }
        do throws(DatabaseError) {
            try await context.confirm(nil)
            let session = try await sessions.session(step.target)
            switch try await earlier(marker, session) {
            case .applied: return .passedOver(reason: "done before, as its ledger says")
            case .part where !step.isRepeatable && step.doneWhen == nil && direction == .back:
                return .failed(.unheard(step), leaves: .unknown)
            default: break
            }
            if let refused = try await announce(marker, session, step) { return refused }
        } catch {
            return .failed(FailureCause(error, step: step), leaves: .nothing)
        }
        let end = await start(command, step)
        await settle(end, marker, step)
        return end
    }

    /// Tells the ledger how a program ended; where it cannot be told, the journal knows.
    private func settle(_ end: StepEnd, _ marker: Marker, _ step: PlannedStep) async {
        // A session does nothing for a task that was cancelled.
        await Task.apart {
            guard let session = try? await sessions.session(step.target) else { return }
            let ledger = Ledger(session.dialect)
            switch end {
            case .applied: _ = try? await session.execute(ledger.settle(marker, state: .applied))
            // What failed on the way back is tried again.
            case .failed(_, .nothing): _ = try? await session.execute(ledger.withdraw(marker))
            case .failed where direction == .back: _ = try? await session.execute(ledger.withdraw(marker))
            default: break
            }
        }.value
    }

    private func start(_ command: PlannedCommand, _ step: PlannedStep) async -> StepEnd {
        do {
            let ending = try await context.child(command, step: step.id, deadline: deadline(of: step)).run()
            if ending.status == 0, ending.killing == nil { return .applied(rows: 0) }
            let how = ending.killing ?? "ended with exit \(ending.status)"
            let output = ending.complaint.isEmpty ? ending.output : ending.complaint
            // Cut only after secrets were taken out: half of one could not be recognised any more.
            let said = context.log.redactor.redact(output).trimmedBlanks
            let cause = FailureCause(
                message: "the command \(how)", code: ending.killing == nil ? "" : FailureCause.killed,
                place: step.place, statement: command.summary,
                detail: said.isEmpty ? nil : String(said.suffix(400)))
            return .failed(cause, leaves: .part)
        } catch let error as FileFailure {
            let cause = FailureCause(
                message: "the command could not be started: \(error.reason)", place: step.place,
                statement: command.summary)
            return .failed(cause, leaves: .nothing)
        } catch let error as SecretUnavailable {
            return .failed(FailureCause(message: error.message, place: step.place), leaves: .nothing)
        } catch {
            return .failed(
                FailureCause(message: "the command could not be started", place: step.place), leaves: .nothing)
        }
    }
}

extension FailureCause {
    /// The code of a program that was killed: what it had done by then it did not say.
    static let killed = "killed"

    /// Nobody heard how a program ended.
    fileprivate static func unheard(_ step: PlannedStep) -> FailureCause {
        FailureCause(
            message: "the run ended while the command ran, and nobody knows what became of it", place: step.place,
            hint: "look, then say it with `gonogo resolve`")
    }
}
