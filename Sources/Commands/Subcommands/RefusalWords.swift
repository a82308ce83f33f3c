import Databases
import Diagnostics
import Execution

/// What is said when a run does not begin.
struct RefusalWords {
    let code: ExitCode
    let message: String
    let help: String?

    init(_ refusal: RunRefusal) {
        switch refusal {
        case .cannotConnect(let target, let display, let error):
            (code, help) = (.cannotConnect, error.hint)
            message = "cannot connect to \(target) (\(display)): \(error.message)".printable
        case .ledgerUnusable(let target, let error):
            (code, help) = (.cannotConnect, "the role needs the right to create the schema `gonogo` and to write in it")
            message = "the ledger in \(target) cannot be used: \(error.message)".printable
        case .locked(let target, let holder):
            (code, help) = (.locked, "wait for it to end; `gonogo status` shows it where it was started")
            message = "another run holds \(target)" + (holder.map { " (\($0.printable))" } ?? "")
        case .alreadyDone(let run, let at):
            (code, help) = (.done, nil)
            message = "nothing to do: this plan was done by run \(run)" + (at.isEmpty ? "" : " at \(at)")
        case .unfinished(let run, let status):
            (code, help) = (.refused, "`gonogo show \(run)` tells what it did; `gonogo rollback \(run)` takes it back")
            message = "run \(run) of this runbook was left unfinished (\(status))"
        case .copiedLedger(let target):
            (code, help) = (.refused, "drop gonogo's own tables there if the copy is to be used by itself")
            message = "the ledger in \(target) came with a copy of another database: it does not tell what was done here"
        default: self.init(withoutTarget: refusal)
        }
    }

    private init(withoutTarget refusal: RunRefusal) {
        switch refusal {
        case .secret(let unavailable): (code, message, help) = (.internal, unavailable.message.printable, nil)
        case .state(let failure):
            (code, help) = (.internal, "see to the folder, or name another with --state")
            message = "cannot \(failure.action) \(failure.path): \(failure.reason)".printable
        case .unreadable(let problem):
            (code, help) = (.internal, nil)
            message = "\(problem.path): \(problem.reason)".printable
        case .nothingToRollBack(let run):
            (code, message, help) = (.done, "nothing to do: nothing of run \(run) stands", nil)
        case .unknownPhase(let phase, let known):
            (code, message) = (.usage, "the run has no phase `\(phase.printable)`")
            help = known.nearest(to: phase).map { "did you mean `\($0)`?" } ?? "its phases are \(known.ticked("and"))"
        default: (code, message, help) = (.internal, "internal error: \(refusal)", nil)
        }
    }
}
