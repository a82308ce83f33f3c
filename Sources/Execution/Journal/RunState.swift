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
    /// Every phase that was touched, in the order they began.
    public private(set) var phases: [PhaseState] = []
    /// Every result that was kept, by name.
    public private(set) var captures: [String: CapturedResult] = [:]
    /// Every check, in the order they answered.
    public private(set) var checks: [CheckRecord] = []
    /// How it ended; nil while it has not.
    public private(set) var outcome: Outcome?
    /// Whether it began to take back: it never goes forward again.
    public private(set) var isUnwinding = false
    /// Why it failed.
    public private(set) var cause: FailureCause?
    /// The phase that failed first.
    public private(set) var failedPhase: String?

    /// The place of each phase, and the places of those that run: a run may have thousands.
    private var places: [String: Int] = [:]
    private var running: Set<Int> = []
    private var catalogsKept = 0

    /// A phase of a run.
    public struct PhaseState: Sendable, Equatable {
        /// Its name.
        public let id: String
        /// Where it stands.
        public fileprivate(set) var status: Status
        /// The digests of the catalogs before it began, by target.
        public fileprivate(set) var catalogs: [String: String] = [:]
        /// The order in which they were kept: a phase that ran beside this one changed nothing before it kept its own.
        public fileprivate(set) var catalogsOrder = 0
        /// The steps that took effect, in order.
        public fileprivate(set) var applied: [String] = []
        /// The step that was started and has not answered.
        public fileprivate(set) var inDoubt: String?
        /// Phases that ran at the same time for a while.
        public fileprivate(set) var overlaps: Set<String> = []
        /// What its rollback did not restore.
        public fileprivate(set) var residue: [Residue] = []
        /// Whether the schema was compared after it was taken back.
        public fileprivate(set) var isCompared = false
        /// Why it could not be taken back.
        public fileprivate(set) var rollbackCause: FailureCause?
        /// When it was finished or last touched: its place among the events.
        public fileprivate(set) var milliseconds = 0

        /// Whether it was taken back and the schema then was another than before it.
        public var leftSomething: Bool { status == .rolledBack && residue.isSerious }

        /// Whether it left something that a rollback would take back.
        public var standsToBeUndone: Bool {
            switch status {
            case .done: true
            case .failed, .running: !applied.isEmpty || inDoubt != nil
            case .skipped, .rolledBack, .rollbackFailed, .rollingBack:
                status == .rollbackFailed || status == .rollingBack
            }
        }
    }

    /// Where a phase stands.
    public enum Status: String, Sendable {
        /// It began.
        case running
        /// It is done.
        case done
        /// It takes no part.
        case skipped
        /// It failed.
        case failed
        /// Its rollback began.
        case rollingBack = "rolling back"
        /// It was taken back.
        case rolledBack = "rolled back"
        /// It could not be taken back.
        case rollbackFailed = "rollback failed"
    }

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
        switch event {
        case .runStarted(let start): begin(start)
        case .phaseStarted(let phase):
            var state = PhaseState(id: phase, status: .running)
            state.overlaps = Set(running.map { phases[$0].id })
            for other in running { phases[other].overlaps.insert(phase) }
            add(state)
        case .catalogsKept(let phase, let catalogs):
            catalogsKept += 1
            let order = catalogsKept
            change(phase) { ($0.catalogs, $0.catalogsOrder) = (catalogs, order) }
        case .phaseSkipped(let phase, _): add(PhaseState(id: phase, status: .skipped))
        case .phaseDone(let phase, let time): change(phase) { ($0.status, $0.milliseconds) = (.done, time) }
        case .phaseFailed(let phase, let cause):
            if self.cause == nil { (self.cause, failedPhase) = (cause, phase) }
            if places[phase] == nil {
                add(PhaseState(id: phase, status: .failed))
            } else {
                change(phase) { $0.status = .failed }
            }
        case .captured(let name, let result): captures[name] = result
        case .checked(let record): checks.append(record)
        case .runFinished(let outcome): self.outcome = outcome
        case .unwindStarted: isUnwinding = true
        case .rollbackStarted(let phase): change(phase) { $0.status = .rollingBack }
        case .rolledBack(let phase, let back):
            change(phase) {
                ($0.status, $0.applied, $0.inDoubt) = (.rolledBack, [], nil)
                ($0.residue, $0.isCompared) = (back.residue, back.isCompared)
            }
        case .rollbackFailed(let phase, let cause):
            change(phase) { ($0.status, $0.rollbackCause) = (.rollbackFailed, cause) }
        default: applyStep(event)
        }
    }

    private mutating func applyStep(_ event: Event) {
        switch event {
        case .stepStarted(let mark) where mark.direction == .forward:
            change(mark.phase) { $0.inDoubt = mark.step }
        case .stepApplied(let mark, _, _) where mark.direction == .forward:
            change(mark.phase) {
                $0.inDoubt = nil
                $0.applied.append(mark.step)
            }
        case .stepPassedOver(let mark, _) where mark.direction == .forward:
            change(mark.phase) { $0.inDoubt = nil }
        case .stepFailed(let mark, _, let leaves) where mark.direction == .forward:
            change(mark.phase) {
                if leaves != .unknown { $0.inDoubt = nil }
                if leaves == .part { $0.applied.append(mark.step) }
            }
        default: break
        }
    }

    private mutating func begin(_ start: Event.RunStart) {
        if start.direction == .forward {
            (run, name, plan, cycle) = (start.run, start.name, start.plan, start.cycle)
        }
        operatorName = start.operatorName
        targets = start.targets
        outcome = nil
    }

    private mutating func add(_ phase: PhaseState) {
        if phase.status == .running { running.insert(phases.count) }
        places[phase.id] = phases.count
        phases.append(phase)
    }

    private mutating func change(_ phase: String, _ body: (inout PhaseState) -> Void) {
        guard let place = places[phase] else { return }
        body(&phases[place])
        if phases[place].status != .running { running.remove(place) }
    }
}
