public import Databases
public import Planning

/// One thing that happened in a run: what the journal holds, and all that terminal and reports know.
public enum Event: Sendable, Equatable {
    /// A run began.
    case runStarted(RunStart)
    /// A run that had stopped, or whose process had died, goes on.
    case runResumed(RunResumption)
    /// A phase began.
    case phaseStarted(phase: String)
    /// A phase that had begun goes on.
    case phaseResumed(phase: String)
    /// The catalogs of the databases a phase changes were kept before its first step; their digests, by target.
    case catalogsKept(phase: String, catalogs: [String: String])
    /// What a phase left of rows in what its rollback drops, where that could be counted.
    case rowsCounted(phase: String, rows: [Loss])
    /// Taking back would lose what was written since; nothing of it was taken back where a person must accept that
    /// first, by this word.
    case lossFound([Loss], token: String, isStopped: Bool)
    /// A person accepted it.
    case lossAccepted([Loss], token: String, by: String)
    /// A phase takes no part.
    case phaseSkipped(phase: String, reason: String)
    /// Every step was applied, every check passed, every gate said go.
    case phaseDone(phase: String, milliseconds: Int)
    /// A phase failed; its policy follows.
    case phaseFailed(phase: String, cause: FailureCause, kind: FailureKind = .step)
    /// A step is about to act.
    case stepStarted(StepMark)
    /// Its COMMIT is about to be sent.
    case stepCommitting(StepMark)
    /// It took effect.
    case stepApplied(StepMark, rows: Int, milliseconds: Int)
    /// It had nothing to do.
    case stepPassedOver(StepMark, reason: String)
    /// It did not take effect, or only `leaves` says what it left.
    case stepFailed(StepMark, cause: FailureCause, leaves: Leaves)
    /// A person said what became of it.
    case stepResolved(StepMark, Resolution)
    /// A result was kept.
    case captured(name: String, result: CapturedResult)
    /// A backup is whole, proved and on the disk, and about to take its name.
    case backedUp(step: String, BackupFile)
    /// A check answered.
    case checked(CheckRecord)
    /// People are asked.
    case gateAsked(phase: String, question: String, deciders: [String])
    /// One of several deciders said go.
    case gateAnswered(phase: String, decision: GateDecision)
    /// They answered, or did not.
    case gateDecided(phase: String, decision: GateDecision)
    /// The server remarked something, or gonogo did.
    case noticed(step: String, severity: String, code: String, message: String)
    /// A step waits: for whom, or for how long before it is tried again.
    case stepWaits(StepMark, words: String)
    /// Phases are about to be taken back, in this order; those kept stand because nothing may take them back.
    case unwindStarted(phases: [String], kept: [String] = [])
    /// A phase's rollback began.
    case rollbackStarted(phase: String)
    /// A phase was taken back, or had nothing to take back.
    case rolledBack(phase: String, TakenBack)
    /// A phase could not be taken back.
    case rollbackFailed(phase: String, cause: FailureCause)
    /// A phase that nothing may take back stands in the way.
    case barrier(phase: String, reason: String)
    /// A person said that what the rollback of a phase left may stay.
    case residueAccepted(phase: String, reason: String, by: String)
    /// What follows was learned from the ledgers, as what stood here was lost.
    case runRecovered(RunRecovery)
    /// The run ends, and the catalogs of the databases it changed are kept as it leaves them; their digests, by target.
    case catalogsLeft([String: String])
    /// The run goes on, or is taken back: how the catalogs differ from those it left, which is others' work.
    case changedByOthers([Residue])
    /// The run ended.
    case runFinished(Outcome)

    /// How a run began.
    public struct RunStart: Sendable, Equatable {
        /// The run's name.
        public let run: String
        /// Whether it goes forward or takes back an earlier run.
        public let direction: Direction
        /// The runbook's name.
        public let name: String
        /// The plan's digest.
        public let plan: String
        /// How often the plan was begun on these targets, from 1.
        public let cycle: Int
        /// What answered, by target.
        public let targets: [String: String]
        /// Who runs it: the system's user and host.
        public let operatorName: String
        /// What tells each database from every other, by target.
        public var databases: [String: String] = [:]
        /// Who approved the plan, as it was proved before the run began.
        public var approvals: [GivenApproval] = []

        /// The same run as it goes on.
        public func resumed(_ resumption: RunResumption) -> RunStart {
            RunStart(
                run: run, direction: resumption.direction, name: name, plan: plan, cycle: cycle,
                targets: resumption.targets, operatorName: resumption.operatorName)
        }
    }

    /// How a run goes on.
    public struct RunResumption: Sendable, Equatable {
        /// Whether it goes forward or on taking back.
        public let direction: Direction
        /// Its place in the order of those who act for the run, from 2: an older one can write nothing any more.
        public let epoch: Int
        /// What answered, by target.
        public let targets: [String: String]
        /// Who resumed it: the system's user and host.
        public let operatorName: String
        /// Whether that person lets it go on past the end of its window.
        public var isPastWindow = false
    }

    /// What a journal that was lost, or a part of it, is rebuilt from.
    public struct RunRecovery: Sendable, Equatable {
        /// The hashes that markers name and this journal does not have any more.
        public let heads: [String]
        /// What no ledger knows, and so is not known any more.
        public let lost: [String]
        /// Who had it rebuilt: the system's user and host.
        public let operatorName: String
    }

    /// How a phase was taken back.
    public struct TakenBack: Sendable, Equatable {
        /// Why there was nothing to take back; nil when there was.
        public let nothing: String?
        /// The databases whose schema was compared with the one from before the phase.
        ///
        /// None for phases that change none, and none in which phases that ran beside this one still stand.
        public let compared: [String]
        /// The phases taken back earlier whose part in these databases this comparison covers too.
        public let covers: [String]
        /// What differs from before the phase and was not told before.
        public let residue: [Residue]
        /// What differs and was told of a phase taken back earlier.
        public let remaining: [Residue]
        /// What others did while the run stood still, and is gone with the phase.
        public let gone: [Residue]
        /// How long it took.
        public let milliseconds: Int

        /// An account by its parts.
        public init(
            nothing: String? = nil, compared: [String], covers: [String] = [], residue: [Residue] = [],
            remaining: [Residue] = [], gone: [Residue] = [], milliseconds: Int
        ) {
            self.nothing = nothing
            self.compared = compared
            self.covers = covers
            self.residue = residue
            self.remaining = remaining
            self.gone = gone
            self.milliseconds = milliseconds
        }
    }

    /// What a failed step left behind.
    public enum Leaves: String, Sendable {
        /// Nothing.
        case nothing
        /// Part of what it did.
        case part
        /// Nobody can tell yet.
        case unknown
    }
}

/// Forward or back.
public enum Direction: String, Sendable {
    /// Doing.
    case forward = "do"
    /// Taking back.
    case back = "undo"
}

/// Which attempt at which step.
public struct StepMark: Sendable, Equatable, Hashable {
    /// The phase.
    public let phase: String
    /// The step's name in the plan.
    public let step: String
    /// Forward or back.
    public let direction: Direction
    /// What it does, in a few words.
    public let title: String
    /// What can become of it: what only reads leaves nothing.
    public let stepClass: StepClass

    /// The same for one statement of the step that is in a transaction of its own, from 1.
    func statement(_ number: Int) -> StepMark {
        StepMark(phase: phase, step: "\(step)#\(number)", direction: direction, title: title, stepClass: stepClass)
    }
}

/// What a person says of a step of which nothing else can tell.
public struct Resolution: Sendable, Equatable {
    /// What became of it.
    public let verdict: Verdict
    /// Why, in the person's words.
    public let reason: String
    /// Who says so: the system's user and host.
    public let by: String

    /// The words there are.
    public enum Verdict: String, Sendable, CaseIterable {
        /// It took effect wholly, or was taken back wholly.
        case applied
        /// Nothing of it took effect: it is carried out.
        case notApplied = "not-applied"
        /// It did not take effect and is left out.
        case skip
    }

    /// A resolution by its parts.
    public init(_ verdict: Verdict, reason: String, by: String) {
        self.verdict = verdict
        self.reason = reason
        self.by = by
    }
}

/// What ended a phase before it was done, which decides exit code and policy.
public enum FailureKind: String, Sendable {
    /// A step failed.
    case step
    /// A check or precondition said no.
    case check
    /// People said no; the gate's own policy counts.
    case gate
    /// Nobody can tell whether a step took effect.
    case inDoubt = "in_doubt"
    /// A signal asked to stop.
    case interrupted
    /// Nobody could be asked at its gate.
    case waiting
    /// Something stayed locked.
    case blocked
    /// A server did not answer any more.
    case disconnected
    /// Its gate was not answered before another phase failed; the policy of that one counts.
    case withdrawn
    /// It could not be taken back inside the window any more; the policy of its gate counts, where it has one.
    case window

    /// Whether a policy says what follows.
    var hasPolicy: Bool { self == .step || self == .check || self == .gate || self == .window }
}

/// Why something failed.
public struct FailureCause: Sendable, Equatable {
    /// What happened, in a line.
    public let message: String
    /// SQLSTATE or another code; empty when there is none.
    public let code: String
    /// Where in which file it was caused.
    public let place: Place?
    /// The statement, shortened.
    public let statement: String?
    /// More about it.
    public let detail: String?
    /// What could help.
    public let hint: String?

    /// A cause by its parts.
    public init(
        message: String, code: String = "", place: Place? = nil, statement: String? = nil, detail: String? = nil,
        hint: String? = nil
    ) {
        self.message = message
        self.code = code
        self.place = place
        self.statement = statement
        self.detail = detail
        self.hint = hint
    }
}

/// What a check answered.
public struct CheckRecord: Sendable, Equatable {
    /// The phase it belongs to.
    public let phase: String
    /// Its name in the plan.
    public let id: String
    /// What it proves.
    public let name: String
    /// Before, in or after what.
    public let moment: Moment
    /// What it says.
    public let verdict: Verdict
    /// What was expected.
    public let expected: String
    /// What was found.
    public let found: String
    /// The query or command, shortened, and as whom it was asked.
    public let subject: String
    /// How long it took, in milliseconds.
    public let milliseconds: Int
    /// Where it is written.
    public let place: Place
    /// How often it was asked; this is the last answer.
    public internal(set) var attempts = 1

    /// When a check is asked.
    public enum Moment: String, Sendable {
        /// Before the phase, to decide whether it takes part.
        case condition
        /// Before its first step.
        case precondition
        /// After its last step.
        case check
        /// After its rollback.
        case rollback
    }
}

/// What people decided at a gate.
public struct GateDecision: Sendable, Equatable {
    /// Whether it goes on.
    public let go: Bool
    /// Who decided, or why nobody did.
    public let by: String
    /// What they said.
    public let reason: String

    /// A decision by its parts.
    public init(go: Bool, by: String, reason: String = "") {
        self.go = go
        self.by = by
        self.reason = reason
    }

    /// Who decides where nobody did: the question was withdrawn, or the run was told to stop.
    public static let nobody = "nobody"
}

/// One thing a rollback did not restore.
public struct Residue: Sendable, Equatable {
    /// The database.
    public let target: String
    /// `missing`, `added`, `changed` or `rearranged`.
    public let kind: CatalogDifference.Kind
    /// Kind and name of the object.
    public let object: String
    /// Its definition before; nil when it was not there.
    public let before: String?
    /// Its definition now; nil when it is not there.
    public let after: String?
}

/// How a run ended, and the exit code that says so.
public enum Outcome: String, Sendable, CaseIterable {
    /// Everything was done.
    case done
    /// Nothing was left to do.
    case nothingToDo = "nothing_to_do"
    /// It failed and stopped; part of it is applied.
    case stopped
    /// It failed, and everything was taken back and compared.
    case unwound
    /// It failed, and taking back failed or left something.
    case stuck
    /// A check or a person said no before anything was applied.
    case noGo = "no_go"
    /// Whether a step took effect is not known.
    case unknown
    /// It waits at a gate for somebody who decides.
    case waiting
    /// A signal stopped it.
    case interrupted
    /// Somebody else took it over.
    case superseded
    /// A finished run was taken back, as asked.
    case rolledBack = "rolled_back"
}
