import Databases
import Diagnostics
import Execution
import Planning
import Reports

/// What is said when a run does not begin.
extension RunRefusal {
    /// Prints why a run did not begin; what to end with.
    ///
    /// With `--json`, standard output is for events alone.
    func report(_ arguments: ParsedArguments, _ store: RunStore) -> ExitCode {
        report(RefusalHelp(store, arguments), isJSON: arguments.has(.json))
    }

    /// Prints it where nothing else is on standard output.
    func report(_ store: RunStore) -> ExitCode { report(RefusalHelp(store), isJSON: false) }

    private func report(_ help: RefusalHelp, isJSON: Bool) -> ExitCode {
        if let finding = finding(help) {
            Output.message(finding.rendered())
        } else {
            let words = message.printable + "\n"
            isJSON ? Output.message(words) : Output.result(words)
        }
        return exit
    }

    /// The error, or nil when there was only nothing to do.
    private func finding(_ help: RefusalHelp) -> Diagnostic? {
        code.map { Diagnostic($0, message.printable, at: nil, help: help.words(for: self)?.printable) }
    }

    /// What the process ends with.
    private var exit: ExitCode {
        switch self {
        case .alreadyDone, .nothingToRollBack: .done
        case .nothingToResume(_, let outcome): ExitCode(outcome)
        case .diverged: .unknown
        case .orphaned, .otherHolder: .locked
        case .takenBackAlready: .refused
        case .sameDatabase: .invalid
        case .cannotConnect, .ledgerUnusable, .severalNames: .cannotConnect
        case .locked: .locked
        case .unfinished, .otherPlanStands, .notItsPlan, .runNotInLedger, .copiedLedger: .refused
        case .planDone, .planTakenBack, .otherDatabase, .otherAddress, .changedObjects, .outsideWindow: .refused
        case .losesData: .waiting
        case .secret, .state, .unreadable: .internal
        case .unknownPhase, .unknownStep, .notInDoubt, .nothingLeft: .usage
        }
    }

    private var code: DiagnosticCode? {
        switch self {
        case .alreadyDone, .nothingToRollBack, .nothingToResume: nil
        case .outsideWindow: RefusalCodes.outsideWindow
        case .losesData: RefusalCodes.losesData
        case .diverged: RefusalCodes.diverged
        case .orphaned: RefusalCodes.orphaned
        case .unknownStep, .notInDoubt, .nothingLeft: RefusalCodes.notInDoubt
        case .takenBackAlready: RefusalCodes.takenBack
        case .cannotConnect: RefusalCodes.connection
        case .ledgerUnusable: RefusalCodes.ledger
        case .locked: RefusalCodes.locked
        case .severalNames: RefusalCodes.severalNames
        case .sameDatabase: RefusalCodes.sameDatabase
        case .otherHolder: RefusalCodes.otherHolder
        case .planDone, .planTakenBack: RefusalCodes.planUsed
        case .otherDatabase: RefusalCodes.otherDatabase
        case .otherAddress: RefusalCodes.otherAddress
        case .changedObjects: RefusalCodes.changedObjects
        case .unfinished: RefusalCodes.unfinished
        case .otherPlanStands, .notItsPlan: RefusalCodes.otherPlan
        case .runNotInLedger: RefusalCodes.unknownRun
        case .copiedLedger: RefusalCodes.copiedLedger
        case .secret: RefusalCodes.secret
        case .state: RefusalCodes.state
        case .unreadable: RefusalCodes.journal
        case .unknownPhase: RefusalCodes.unknownPhase
        }
    }

    private var message: String {
        switch self {
        case .cannotConnect(let target, let display, let error):
            "cannot connect to \(target) (\(display)): \(error.message)"
        case .ledgerUnusable(let target, let error):
            "the ledger in \(target) cannot be used: \(error.message)"
        case .sameDatabase(let target, let other):
            "\([target, other].sorted().joined(separator: " and ")) are the same database"
        case .outsideWindow(nil, let now, let from, _, isEarly: true):
            "the window has not begun: it is \(now), and it begins at \(from)"
        case .outsideWindow(let run, let now, let from, let to, _):
            "the window\(run.map { " of run \($0)" } ?? "") is over: it is \(now), and it was from \(from) to \(to)"
        case .losesData(let run, let losses, _, _, let isOther):
            "to take back run \(run) loses what was written since: \(losses.map(\.words).joined(separator: "; "))"
                + (isOther ? "; the token that was given is for other losses" : "")
        case .locked(let target, let holder):
            "another run holds \(target)" + (holder.map { " (\($0.words))" } ?? "")
        case .otherHolder(let target, let holder): "\(target) is held by \(holder.words), by another nonce than given"
        case .alreadyDone(let run, let at):
            "nothing to do: this plan was done by run \(run)" + (at.isEmpty ? "" : " at \(at)")
        case .planDone(let run, let at): "this plan was done by run \(run)" + (at.isEmpty ? "" : " at \(at)")
        case .planTakenBack(let run, let at):
            "this plan was carried out by run \(run), of which nothing stands" + (at.isEmpty ? "" : " since \(at)")
        case .otherDatabase(let target, let planned, let found):
            "\(target) is another database than the plan was made for: \(planned); \(found) answers"
        case .otherAddress(let target, let planned, let found):
            "the address of \(target) is \(found); the plan was made for \(planned)"
        case .changedObjects(let changes):
            "what the plan may touch has changed since it was made: "
                + changes.prefix(20).map { "\($0) in \($0.target)" }.joined(separator: ", ")
                + (changes.count > 20 ? " and \(changes.count - 20) more" : "")
        case .unfinished(let run, let status):
            "run \(run) of this runbook \(Self.standing(status))"
        case .otherPlanStands(let run, let status, let theirs, let ours):
            "run \(run) of this runbook, by plan \(theirs), \(Self.standing(status)); this is plan \(ours)"
        case .notItsPlan(let run, let theirs, let ours):
            "run \(run) carries out plan \(theirs); this is plan \(ours)"
        case .runNotInLedger(let run, let target):
            "the ledger in \(target) does not know run \(run)"
        case .copiedLedger(let target):
            "the ledger in \(target) came with a copy of another database"
        case .secret(let unavailable): unavailable.message
        case .state(let failure): "cannot \(failure.action) \(failure.path): \(failure.reason)"
        case .unreadable(let problem): "\(problem.path): \(problem.reason)"
        case .nothingToRollBack(let run, let phase):
            "nothing to do: nothing of run \(run) stands" + (phase.map { " that came after phase \($0)" } ?? "")
        case .nothingToResume(let run, let outcome):
            "nothing to do: run \(run) has ended: \(outcome.rawValue.replacing("_", with: " "))"
        case .diverged(_, let target, let step, let journal, let ledger):
            "the journal says of \(step): \(journal); the ledger in \(target) says: \(ledger)"
        case .unknownStep(let step, _): "the run has no step `\(step)`"
        case .notInDoubt(let step, _): "what became of step `\(step)` is known"
        case .nothingLeft(let phase, _): "no rollback of phase `\(phase)` left anything"
        case .severalNames(let target, let path, let count):
            "\(path), the file of \(target), has \(count) names (hard links)"
        case .orphaned(let target, let session): "on \(target): \(session)"
        case .takenBackAlready(let run): "run \(run) was taken back as far as its policy says, and goes no further"
        case .unknownPhase(let phase, _): "the run has no phase `\(phase)`"
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
}
