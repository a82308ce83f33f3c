public import Databases
public import Planning

/// Why a run did not begin, or was not needed; nothing was changed.
public enum RunRefusal: Error, Sendable {
    /// A target cannot be reached.
    case cannotConnect(target: String, display: String, DatabaseError)
    /// A target cannot hold the ledger, or its ledger cannot be read.
    case ledgerUnusable(target: String, DatabaseError)
    /// Two names of a plan lead to one database.
    case sameDatabase(target: String, other: String)
    /// It is not the time of a plan, or no longer that of a run: by the clock of its window.
    case outsideWindow(run: String?, now: String, from: String, to: String, isEarly: Bool)
    /// Taking back would lose what was written since; the word that accepts that, and whether another was given.
    case losesData(run: String, [Loss], token: String, to: String?, isOther: Bool)
    /// Another run holds a target.
    case locked(target: String, holder: RunHolder?)
    /// Somebody else acts for a run than the one who was to be taken over.
    case otherHolder(target: String, RunHolder)
    /// The plan was done before.
    case alreadyDone(run: String, at: String)
    /// The plan was made for one run, which is done.
    case planDone(run: String, at: String)
    /// The plan was made for one run, of which nothing stands any more.
    case planTakenBack(run: String, at: String)
    /// A plan is bound to another database than the one that answers.
    case otherDatabase(target: String, planned: String, found: String)
    /// The address of a target is another than when the plan was made.
    case otherAddress(target: String, planned: String, found: String)
    /// What the plan may touch is not what it was when the plan was made.
    case changedObjects([ObjectChange])
    /// An earlier run of the plan was left unfinished.
    case unfinished(run: String, status: String)
    /// An earlier run of the runbook, as it was then, stands, in part or whole; the first digits of both plans.
    case otherPlanStands(run: String, status: String, theirs: String, ours: String)
    /// What was planned anew for a run is not the plan it carries out; the first digits of both.
    case notItsPlan(run: String, theirs: String, ours: String)
    /// A ledger does not know a run that was to be taken back: the database is another, or an older copy.
    case runNotInLedger(run: String, target: String)
    /// The ledger came with a copy of another database.
    case copiedLedger(target: String)
    /// The file of a database has several names.
    case severalNames(target: String, path: String, count: Int)
    /// A secret cannot be read.
    case secret(SecretUnavailable)
    /// The state directory cannot be used.
    case state(FileFailure)
    /// A run's files cannot be followed.
    case unreadable(RunUnreadable)
    /// Journal and ledger do not tell the same of a step.
    case diverged(run: String, target: String, step: String, journal: String, ledger: String)
    /// A session of the run itself is at work still.
    case orphaned(target: String, session: String)
    /// A step that the plan does not have, with those that can be resolved.
    case unknownStep(String, open: [String])
    /// A step whose outcome is known.
    case notInDoubt(step: String, open: [String])
    /// A phase whose rollback left nothing, with those that left something.
    case nothingLeft(phase: String, open: [String])
    /// The run has ended.
    case nothingToResume(run: String, Outcome)
    /// The run was taken back as far as its policy says, and goes no further.
    case takenBackAlready(run: String)
    /// There is nothing to take back.
    case nothingToRollBack(run: String, after: String?)
    /// A phase to go back to that the run does not have.
    case unknownPhase(String, known: [String])
}

extension RunDirectory {
    /// The plan the run carries out, or why a command on it does not begin.
    public func planToFollow() throws(RunRefusal) -> Plan {
        do throws(RunUnreadable) { return try plan() } catch { throw .unreadable(error) }
    }
}
