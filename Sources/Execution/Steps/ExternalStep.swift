import Databases
import Planning

extension StepRunner {
    /// Runs a program; exit status 0 is success, anything else a failure that may have left something.
    func runCommand(_ command: PlannedCommand, _ step: PlannedStep, _ mark: StepMark) async -> StepEnd {
        do throws(DatabaseError) {
            // No ledger is asked for a marker here.
            try await context.confirm(nil)
        } catch {
            return .failed(FailureCause(error, step: step), leaves: .nothing)
        }
        do {
            let ending = try await context.child(command, step: step.id, deadline: deadline(of: step)).run()
            if ending.status == 0, ending.killing == nil { return .applied(rows: 0) }
            let how = ending.killing ?? "ended with exit \(ending.status)"
            let output = ending.complaint.isEmpty ? ending.output : ending.complaint
            // Cut only after secrets were taken out: half of one could not be recognised any more.
            let said = context.log.redactor.redact(output).trimmedBlanks
            let cause = FailureCause(
                message: "the command \(how)", place: step.place, statement: command.summary,
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
