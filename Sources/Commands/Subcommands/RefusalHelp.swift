import Databases
import Diagnostics
import Execution
import Planning
import Reports

/// What to do about a run that did not begin: the command that works here, as it is typed here.
struct RefusalHelp {
    private let store: RunStore
    private let commands: NextCommands
    /// How the runbook was named on the command line, as `recover` takes it.
    private let runbook: [String]

    init(_ store: RunStore, _ arguments: ParsedArguments? = nil) {
        self.store = store
        commands = NextCommands(runbook: nil, options: store.options)
        runbook = ["--runbook", arguments?.runbook ?? "FILE"] + (arguments?.variables ?? [])
    }

    /// The one remedy; nil where there is none, or nothing is wrong.
    func words(for refusal: RunRefusal) -> String? {
        switch refusal {
        case .cannotConnect(_, _, let error): error.hint
        case .ledgerUnusable(_, let error): error.hint ?? Self.ledgerHelp(error)
        case .sameDatabase(let target, let other): "name it once, and write \(other) where \(target) is meant"
        case .outsideWindow(let run?, _, _, _, _):
            "`\(commands.words("rollback", run))` takes back what can be taken back, at any time; "
                + "`\(commands.words("resume", run, ["--past-window"]))` goes on all the same"
        case .outsideWindow(_, _, _, _, isEarly: true): "begin it then"
        case .outsideWindow: "write the next window into the runbook, and have the new plan approved where it must be"
        case .losesData(let run, _, let token, let phase, _):
            "keep what is wanted of it, and see that nobody writes; then: `"
                + commands.words("rollback", run, (phase.map { ["--to", $0] } ?? []) + ["--accept-loss", token]) + "`"
        case .locked(_, let holder):
            "wait for it to end, or begin with `--wait 10m`"
                + (holder?.takeover.map { run, nonce in
                    "; if its process will never go on: `\(commands.words("takeover", run, ["--nonce", nonce]))`"
                } ?? "")
        case .otherHolder(_, let holder):
            holder.takeover.map { run, nonce in
                "look who it is; then: `\(commands.words("takeover", run, ["--nonce", nonce]))`"
            }
        case .otherPlanStands(let run, "done", _, _):
            "what is new belongs in a runbook of another name; or first \(takenBack(run))"
        case .otherPlanStands(let run, _, _, _): way(on: run, "as it was then")
        case .unfinished(let run, _): way(on: run, "")
        case .planDone, .planTakenBack, .changedObjects:
            "plan again, and have that reviewed: `\(commands.words("plan", nil, ["RUNBOOK", "--target", "-o", "FILE"]))`"
        case .otherDatabase: "connect to the database it was made for, or plan again for this one"
        case .otherAddress: "set the environment as it was, or plan again with it as it is"
        case .notItsPlan(let run, _, _):
            "take the plan in its file, or the runbook, its files and its variables as they were when the run began: "
                + "`\(recover(run, runbook))`"
        case .runNotInLedger: "the database is another one, or was restored to a time before the run"
        case .copiedLedger:
            "it does not tell what was done here: drop gonogo's own tables there to use the copy by itself"
        case .state: "see to the folder, or name another with --state"
        case .unknownPhase(let phase, let known):
            known.nearest(to: phase).map { "did you mean `\($0)`?" } ?? "its phases are \(known.ticked("and"))"
        case .diverged(let run, _, _, _, "it knows nothing of it"):
            "the database is not as the run left it, restored to an earlier time for example: look at "
                + "`\(commands.words("show", run))`, and the table gonogo.ledger (gonogo_ledger in SQLite); where the "
                + "database is right, put journal.jsonl away: `\(recover(run))`"
        case .diverged(let run, _, _, _, _):
            "the journal is not the one the run wrote: put that one back, or rebuild it: `\(recover(run))`"
        case .unknownStep(_, let open), .notInDoubt(_, let open):
            open.isEmpty ? "no step of the run is in doubt" : "in doubt: \(open.ticked("and"))"
        case .nothingLeft(_, let open):
            open.isEmpty ? "no phase of the run left anything" : "something is left of \(open.ticked("and"))"
        case .severalNames(_, let path, _):
            "`find DIRECTORY -samefile \(path)` names the others: keep one, and make the rest symbolic links"
        case .orphaned: "wait for it, or end it by pg_terminate_backend"
        case .takenBackAlready(let run): "`\(commands.words("rollback", run))` takes back what stands"
        case .unreadable(let problem): help(problem)
        case .alreadyDone, .nothingToRollBack, .nothingToResume, .secret: nil
        }
    }

    /// What a ledger needs that could not be used.
    private static func ledgerHelp(_ error: DatabaseError) -> String? {
        if error.code.hasPrefix("SQLITE") {
            return "the file and its folder must be writable, and no other program may hold it"
        }
        if error.kind == .connection { return nil }
        return switch error.code {
        case "42501":
            "the role must be able to make the schema `gonogo`: GRANT CREATE ON DATABASE ... TO its role, as the "
                + "database's owner; where another role made it, as that role: GRANT USAGE ON SCHEMA gonogo TO it, "
                + "and GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA gonogo TO it"
        case "25006": "the ledger is written: connect to a primary, without default_transaction_read_only"
        case "57014": "give the role or the address a longer statement_timeout"
        case "55P03": "somebody holds the ledger's tables: look in pg_locks, and try again"
        default: "what refuses is in the database, such as an event trigger: it must let the schema `gonogo` pass"
        }
    }

    /// How a run is finished that keeps others from beginning.
    ///
    /// `how` says in which state its runbook is needed, where that has to be planned again.
    private func way(on run: String, _ how: String) -> String {
        guard let directory = store.folder(of: run) else { return anew(run, how) }
        let (plan, lines): (Plan, [JournalLine])
        do throws(RunUnreadable) {
            (plan, lines) = try directory.planAndJournal()
        } catch {
            return help(error)
        }
        let state = RunState(lines.map(\.event))
        let resume = "`\(commands.words("resume", run))`"
        let rollback = "`\(commands.words("rollback", run))` takes back what stands"
        switch state.outcome {
        case .rolledBack? where state.stands(in: plan): return rollback
        case let outcome? where outcome.isFinal: return "\(resume) tells the ledger how it ended"
        case nil where state.isUnwinding: return "\(resume) goes on taking it back"
        case _? where state.isUnwinding:
            if let barrier = Self.barrier(state, plan) { return barrier }
            return "\(rollback), and looks again at what was left"
        default: return "\(resume) goes on with it; \(rollback)"
        }
    }

    /// How it goes on where all that stands is behind a phase that nothing takes back; nil elsewhere.
    private static func barrier(_ state: RunState, _ plan: Plan) -> String? {
        guard let order = try? UnwindOrder(state, of: plan, after: nil), order.takenBack.isEmpty,
            !order.standing.isEmpty, !state.phases.contains(where: \.leftSomething)
        else { return nil }
        let names = order.standing.map(\.phase.id).reversed()
        return "nothing takes back what stands: put the rest into a runbook of another name, without "
            + Array(names).ticked("and")
    }

    /// How a run is taken back.
    private func takenBack(_ run: String) -> String {
        store.folder(of: run) == nil
            ? "take it back, where it was run; \(anew(run, "as it was then"))"
            : "take it back: `\(commands.words("rollback", run))`"
    }

    /// How a run gets a folder that has none here.
    private func anew(_ run: String, _ how: String) -> String {
        "its folder is not in \(store.path): go on where it was begun, or make it anew: `\(recover(run, runbook))`"
            + (how.isEmpty ? "" : ", with the runbook \(how)")
    }

    private func help(_ problem: RunUnreadable) -> String {
        if problem.isDenied { return "go on as the one whose run it is, or who may read its folder" }
        guard problem.isPlan else {
            return "put back the journal as it was, or rebuild it: `\(recover(problem.run))`"
        }
        return "put back the plan as it was, or make it anew from the runbook it was planned from: "
            + "`\(recover(problem.run, runbook))`"
    }

    private func recover(_ run: String, _ runbook: [String] = []) -> String {
        commands.words("recover", run, ["--from-target"] + runbook)
    }
}

extension ParsedArguments {
    /// The runbook it names.
    fileprivate var runbook: String? {
        command.positionals.first?.name.hasPrefix("RUNBOOK") ?? false ? positionals.first : value("--runbook")
    }

    /// The variables it gives.
    fileprivate var variables: [String] { values(.variable).flatMap { ["--var", $0] } }
}
