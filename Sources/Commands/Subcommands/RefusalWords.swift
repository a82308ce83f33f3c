import Databases
import Diagnostics
import Execution

/// What is said when a run does not begin.
struct RefusalWords {
    let code: ExitCode
    let message: String
    let help: String?

    private init(_ code: ExitCode, _ message: String, _ help: String? = nil) {
        self.code = code
        self.message = message.printable
        self.help = help?.printable
    }

    init(_ refusal: RunRefusal) {
        self =
            switch refusal {
            case .cannotConnect(let target, let display, let error):
                Self(.cannotConnect, "cannot connect to \(target) (\(display)): \(error.message)", error.hint)
            case .ledgerUnusable(let target, let error):
                Self(
                    .cannotConnect, "the ledger in \(target) cannot be used: \(error.message)",
                    "the role needs the right to create the schema `gonogo` and to write in it")
            case .locked(let target, let holder):
                Self(
                    .locked, "another run holds \(target)" + (holder.map { " (\($0))" } ?? ""),
                    "wait for it to end; `gonogo status` shows it where it was started")
            case .alreadyDone(let run, let at):
                Self(.done, "nothing to do: this plan was done by run \(run)" + (at.isEmpty ? "" : " at \(at)"))
            case .unfinished(let run, let status):
                Self(
                    .refused, "run \(run) of this runbook \(Self.standing(status))", Self.remedy(run))
            case .otherPlanStands(let run, let status, let theirs, let ours):
                Self(
                    .refused,
                    "run \(run) of this runbook, by plan \(theirs), \(Self.standing(status)); this is plan \(ours)",
                    status == "done"
                        ? "what is new belongs in a runbook of another name; or `gonogo rollback \(run)` first"
                        : Self.remedy(run))
            case .runNotInLedger(let run, let target):
                Self(
                    .refused, "the ledger in \(target) does not know run \(run)",
                    "the database is another one, or was restored to a time before the run")
            case .copiedLedger(let target):
                Self(
                    .refused, "the ledger in \(target) came with a copy of another database",
                    "it does not tell what was done here: drop gonogo's own tables there to use the copy by itself")
            case .secret(let unavailable): Self(.internal, unavailable.message)
            case .state(let failure):
                Self(
                    .internal, "cannot \(failure.action) \(failure.path): \(failure.reason)",
                    "see to the folder, or name another with --state")
            case .unreadable(let problem): Self(.internal, "\(problem.path): \(problem.reason)")
            case .nothingToRollBack(let run, let phase):
                Self(
                    .done,
                    "nothing to do: nothing of run \(run) stands" + (phase.map { " that came after phase \($0)" } ?? "")
                )
            case .unknownPhase(let phase, let known):
                Self(
                    .usage, "the run has no phase `\(phase)`",
                    known.nearest(to: phase).map { "did you mean `\($0)`?" } ?? "its phases are \(known.ticked("and"))")
            }
    }

    /// How a run stands that keeps another from beginning, by its status in the ledger.
    private static func standing(_ status: String) -> String {
        switch status {
        case "running": "has no end in the ledger: it goes on, or its process died"
        case "stuck": "could not be taken back wholly"
        case "done": "stands, and has done its work as it was then"
        default: "stands in part"
        }
    }

    private static func remedy(_ run: String) -> String {
        "`gonogo show \(run)` tells what it did; `gonogo rollback \(run)` takes back what stands, and looks again at "
            + "what was left"
    }
}
