public import Planning

/// Where a run stands, as a fold over its journal: replaying the events rebuilds it exactly.
public struct RunState: Sendable, Equatable {
    /// The run's name; empty before its first event.
    public private(set) var run = ""
    /// The runbook's name.
    public private(set) var name = ""
    /// The plan's digest.
    public private(set) var plan = ""
    /// How often the plan was begun, from 1.
    public private(set) var cycle = 0
    /// Who ran it.
    public private(set) var operatorName = ""
    /// What answered, by target.
    public private(set) var targets: [String: String] = [:]
    /// What tells each of its databases from every other, by target; empty where the journal does not say.
    public private(set) var databases: [String: String] = [:]
    /// Who approved its plan.
    public private(set) var approvals: [GivenApproval] = []
    /// Every phase that was touched, in the order they began.
    public private(set) var phases: [PhaseState] = []
    /// Every result that was kept, by name.
    public private(set) var captures: [String: CapturedResult] = [:]
    /// The file of every backup, by step.
    public private(set) var backups: [String: BackupFile] = [:]
    /// Every check, in the order they answered.
    public private(set) var checks: [CheckRecord] = []
    /// What was decided at each phase's gate, the last time.
    public private(set) var gates: [String: GateDecision] = [:]
    /// Who said go at gates that are not decided yet, by phase.
    public private(set) var answers: [String: [GateDecision]] = [:]
    /// Every step that took effect, whatever became of it then.
    private(set) var marked: Set<MarkedStep> = []
    /// What people said of steps, by step.
    public private(set) var resolutions: [String: Resolution] = [:]
    /// How it ended; nil while it has not.
    public private(set) var outcome: Outcome?
    /// Whether it began to take back: it never goes forward again.
    public private(set) var isUnwinding = false
    /// Why it failed.
    public private(set) var cause: FailureCause?
    /// The phase that failed first.
    public private(set) var failedPhase: String?

    /// What the last taking back lost of what was written since, or would.
    public private(set) var lost: [Loss] = []
    /// The word that accepts it, where nothing was taken back because of it.
    public private(set) var lossToken: String?
    /// What a person accepted to lose.
    private(set) var lossAccepted: [Loss] = []

    /// The phases of the last unwinding, in its order; empty before one.
    public private(set) var unwinding: [String] = []
    /// Whether a part of what it knows was learned from ledgers, which hold no schemas to compare with.
    public private(set) var isRecovered = false
    /// The digests of the catalogs it left when it last ended, by target, until somebody looked what became of them.
    private(set) var catalogsLeft: [String: String] = [:]
    /// What others changed in its databases while it did not run, a list for each time.
    private(set) var pauses: [Pause] = []
    /// What may stay of what its rollbacks left.
    private(set) var accepted: [Residue] = []
    /// What of that is gone with phases that were taken back.
    public private(set) var othersGone: [Residue] = []
    /// The phases that it may not take back.
    private(set) var unwindingKeeps: [String] = []
    /// The phases taken back since the run, or its taking back, began; in that order.
    public private(set) var takenBack: [String] = []
    /// How long that took so far, in milliseconds: one phase is taken back after the other.
    public private(set) var takingBack = 0
    /// Whether what an earlier rollback left was looked at again since then.
    public private(set) var hasLookedAgain = false

    /// The place of each phase: a run may have thousands.
    private var places: [String: Int] = [:]
    /// Whether somebody asked for the taking back, without a failure.
    private(set) var isRollback = false
    /// The places of those with residue.
    private var told: Set<Int> = []
    /// How many events there were.
    private var clock = 0

    /// Nothing happened yet.
    public init() {}

    /// The state after these events.
    public init(_ events: some Sequence<Event>) {
        for event in events { apply(event) }
    }

    /// The step that took effect last and stands.
    public var lastApplied: String? { phases.last { !$0.applied.isEmpty }?.applied.last }

    /// The phase of that name.
    public func phase(_ id: String) -> PhaseState? { places[id].map { phases[$0] } }

    /// Takes one event in.
    public mutating func apply(_ event: Event) {
        clock += 1
        switch event {
        case .runStarted(let start): begin(start)
        case .runResumed(let resumption): resume(resumption)
        case .phaseResumed(let phase): change(phase) { ($0.status, $0.ended) = (.running, nil) }
        case .gateAnswered(let phase, let decision): answers[phase, default: []].append(decision)
        case .gateDecided(let phase, let decision):
            gates[phase] = decision
            // What was not decided is asked on, and after a no-go everybody anew.
            if decision.by != GateDecision.nobody { answers[phase] = nil }
        case .phaseStarted(let phase): add(PhaseState(id: phase, status: .running, started: clock))
        case .catalogsKept(let phase, let catalogs):
            let now = clock
            change(phase) { ($0.catalogs, $0.kept) = (catalogs, now) }
        case .phaseSkipped(let phase, _): add(PhaseState(id: phase, status: .skipped, started: clock))
        case .phaseDone(let phase, let time):
            let now = clock
            change(phase) {
                ($0.status, $0.milliseconds, $0.ended) = (.done, time, now)
                $0.wasDone = true
            }
        case .phaseFailed(let phase, let cause, let kind): fail(phase, cause, kind)
        case .captured(let name, let result): captures[name] = result
        case .backedUp(let step, let file): backups[step] = file
        case .checked(let record): checks.append(record)
        case .runFinished(let outcome): self.outcome = outcome
        case .unwindStarted(let phases, let kept): (isUnwinding, unwinding, unwindingKeeps) = (true, phases, kept)
        // What is lost may be that it went on, and did more.
        case .runRecovered: (isRecovered, catalogsLeft) = (true, [:])
        case .catalogsLeft(let catalogs): catalogsLeft = catalogs
        case .changedByOthers(let changes):
            catalogsLeft = [:]
            if !changes.isEmpty { pauses.append(Pause(end: clock, changes: changes)) }
        case .residueAccepted(let phase, _, _):
            accepted += self.phase(phase)?.residue ?? []
            change(phase) { $0.residue = [] }
        case .rollbackStarted(let phase): change(phase) { $0.status = .rollingBack }
        case .rolledBack(let phase, let back): takeBack(phase, back)
        case .rollbackFailed(let phase, let cause):
            isUnwinding = true
            if !unwinding.contains(phase) { unwinding.append(phase) }
            change(phase) { ($0.status, $0.rollbackCause) = (.rollbackFailed, cause) }
        case .rowsCounted, .lossFound, .lossAccepted: applyLoss(event)
        default: applyStep(event)
        }
    }

    private mutating func applyLoss(_ event: Event) {
        switch event {
        case .rowsCounted(let phase, let rows):
            change(phase) { $0.rows = Dictionary(rows.map { ($0.what, $0.rows) }) { $1 } }
        case .lossFound(let losses, let token, let isStopped):
            // What was told of a phase before, and is counted again, counts once.
            lost = lost.filter { old in !losses.contains { ($0.phase, $0.what) == (old.phase, old.what) } } + losses
            lossToken = isStopped ? token : nil
        case .lossAccepted(let losses, _, _): (lossAccepted, lossToken) = (losses, nil)
        default: break
        }
    }

    private mutating func fail(_ phase: String, _ cause: FailureCause, _ kind: FailureKind) {
        if self.cause == nil { (self.cause, failedPhase) = (cause, phase) }
        if places[phase] == nil { add(PhaseState(id: phase, status: .failed, started: clock)) }
        let now = clock
        change(phase) { ($0.status, $0.ended, $0.failure) = (.failed, now, kind) }
    }

    /// What a rollback left stays told, even where a later one took it away: it is not what it should be.
    ///
    /// Only where the same object differs in another way since before an earlier phase, that is told instead; and what
    /// is looked at again and not found is gone.
    private mutating func takeBack(_ phase: String, _ back: Event.TakenBack) {
        let isLookedAtAgain = self.phase(phase)?.status == .rolledBack
        othersGone += back.gone
        for place in told {
            phases[place].residue.removeAll { old in
                guard back.compared.contains(old.target), !back.remaining.contains(old) else { return false }
                return isLookedAtAgain || back.residue.contains { ($0.target, $0.object) == (old.target, old.object) }
            }
        }
        for covered in back.covers { change(covered) { $0.compared.formUnion(back.compared) } }
        change(phase) {
            // A phase of which nothing took effect has failed, and nothing more.
            let isClean = back.nothing != nil && $0.status == .failed && !$0.hasEffect && back.residue.isEmpty
            if !isClean { ($0.status, $0.wasDone) = (.rolledBack, false) }
            ($0.applied, $0.partly, $0.inDoubt, $0.rollbackCause) = ([], [], nil, nil)
            $0.residue += back.residue
            $0.compared.formUnion(back.compared)
        }
        guard let place = places[phase] else { return }
        if isLookedAtAgain {
            hasLookedAgain = true
        } else if phases[place].status == .rolledBack {
            takenBack.append(phase)
            takingBack += back.milliseconds
        }
        if !phases[place].residue.isEmpty { told.insert(place) }
    }

    private mutating func applyStep(_ event: Event) {
        if case .stepApplied(let mark, _, let time) = event {
            marked.insert(MarkedStep(step: mark.step, direction: mark.direction))
            if mark.direction == .forward { change(mark.phase) { $0.spent += time } }
        }
        switch event {
        case .stepResolved(let mark, let resolution): resolve(mark, resolution)
        case .stepStarted(let mark) where mark.mayStand: change(mark.phase) { $0.inDoubt = mark.step }
        case .stepApplied(let mark, _, _) where mark.mayStand:
            change(mark.phase) { $0.tookEffect(mark, partly: false) }
        case .stepPassedOver(let mark, _) where mark.mayStand: change(mark.phase) { $0.inDoubt = nil }
        // On the way back a step counts as open only when nobody could say what became of it.
        case .stepFailed(let mark, _, .unknown) where mark.direction == .back:
            change(mark.phase) { $0.inDoubt = mark.step }
        case .stepStarted(let mark) where mark.direction == .back,
            .stepPassedOver(let mark, _) where mark.direction == .back:
            change(mark.phase) { if $0.inDoubt == mark.step { $0.inDoubt = nil } }
        case .stepFailed(let mark, let cause, let leaves) where mark.mayStand:
            change(mark.phase) {
                switch leaves {
                case .nothing: $0.inDoubt = nil
                case .part: $0.tookEffect(mark, partly: true, isKilled: cause.code == FailureCause.killed)
                case .unknown: break
                }
            }
        default: break
        }
    }

    private mutating func resolve(_ mark: StepMark, _ resolution: Resolution) {
        resolutions[mark.step] = resolution
        if mark.direction == .back { change(mark.phase) { if $0.inDoubt == mark.step { $0.inDoubt = nil } } }
        guard mark.mayStand else { return }
        change(mark.phase) {
            if resolution.verdict == .applied { $0.tookEffect(mark, partly: false) } else { $0.hadNoEffect(mark) }
        }
    }

    private mutating func begin(_ start: Event.RunStart) {
        isRollback = start.direction == .back
        // What was to be taken back before is not what is now.
        (unwinding, unwindingKeeps) = ([], [])
        (lost, lossToken, lossAccepted) = ([], nil, [])
        if start.direction == .forward || run.isEmpty {
            (run, name, plan, cycle) = (start.run, start.name, start.plan, start.cycle)
            databases = start.databases
            if !start.approvals.isEmpty { approvals = start.approvals }
        }
        isTakenUp(by: start.operatorName, start.targets)
    }

    private mutating func resume(_ resumption: Event.RunResumption) {
        let earlier = resumption.direction == .back && isUnwinding ? (takenBack, takingBack) : ([], 0)
        isTakenUp(by: resumption.operatorName, resumption.targets)
        // It is the same taking back.
        (takenBack, takingBack) = earlier
        // What failed is tried again; why it is taken back stays why.
        guard resumption.direction == .forward else { return }
        (cause, failedPhase) = (nil, nil)
        for place in phases.indices { phases[place].failure = nil }
    }

    private mutating func isTakenUp(by operatorName: String, _ targets: [String: String]) {
        (self.operatorName, self.targets, outcome) = (operatorName, targets, nil)
        (takenBack, takingBack, hasLookedAgain) = ([], 0, false)
    }

    private mutating func add(_ phase: PhaseState) {
        // A phase that failed before it began may begin again.
        if let place = places[phase.id] {
            phases[place] = phase
        } else {
            places[phase.id] = phases.count
            phases.append(phase)
        }
    }

    private mutating func change(_ phase: String, _ body: (inout PhaseState) -> Void) {
        guard let place = places[phase] else { return }
        body(&phases[place])
    }
}

extension StepMark {
    /// Whether something of it can be there afterwards that a rollback would take back.
    fileprivate var mayStand: Bool { direction == .forward && stepClass != .readOnly }
}
