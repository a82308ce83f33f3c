import Planning

extension RunState {
    /// A phase of a run.
    public struct PhaseState: Sendable, Equatable {
        /// Its name.
        public let id: String
        /// Where it stands.
        public internal(set) var status: Status
        /// The steps that took effect and were not taken back, in order; those that only read are not among them.
        public internal(set) var applied: [String] = []
        /// Those of them of which only part took effect.
        public internal(set) var partly: Set<String> = []
        /// The step that was started and has not answered.
        public internal(set) var inDoubt: String?
        /// The programs that ran, wholly or in part; no rollback makes that undone.
        public internal(set) var programs: [String] = []
        /// The digests of the catalogs before it began, by target.
        public internal(set) var catalogs: [String: String] = [:]
        /// The databases whose schema was compared after it was taken back.
        public internal(set) var compared: Set<String> = []
        /// What its rollback did not restore.
        public internal(set) var residue: [Residue] = []
        /// Why it could not be taken back.
        public internal(set) var rollbackCause: FailureCause?
        /// How many rows it left in what its rollback drops; nil where that was not counted.
        var rows: [PlannedLoss: Int?]?
        /// How long it took.
        public internal(set) var milliseconds = 0
        /// How long its steps took that are applied.
        var spent = 0

        /// What ended it, where its policy is not followed yet.
        public internal(set) var failure: FailureKind?
        /// Whether it was done once, whatever became of it then.
        var wasDone = false
        /// When it began, when its catalogs were kept, and when it was done or failed: places among the run's events.
        let started: Int
        var kept: Int?
        var ended: Int?

        init(id: String, status: Status, started: Int) {
            self.id = id
            self.status = status
            self.started = started
        }

        /// Whether a step of it took effect, or may have.
        public var hasEffect: Bool { !applied.isEmpty || inDoubt != nil }

        /// Whether it was taken back and the schema then was another than before it.
        public var leftSomething: Bool { status == .rolledBack && residue.isSerious }

        /// Whether it left something that a rollback would take back, as far as can be told without its plan.
        public var standsToBeUndone: Bool {
            switch status {
            case .done, .failed, .running: hasEffect
            case .rollbackFailed, .rollingBack: true
            case .skipped, .rolledBack: false
            }
        }

        /// Whether an unwind that goes back to before it has to do with it.
        var isDoneOrStands: Bool { status == .done || standsToBeUndone }

        /// Whether a step took effect wholly.
        func isApplied(_ step: String) -> Bool { applied.contains(step) && !partly.contains(step) }

        /// Notes a step that took none, after all.
        mutating func hadNoEffect(_ mark: StepMark) {
            if inDoubt == mark.step { inDoubt = nil }
            applied.removeAll { $0 == mark.step }
            partly.remove(mark.step)
        }

        /// Notes a step that took effect, or a part of it.
        mutating func tookEffect(_ mark: StepMark, partly isPart: Bool, isKilled: Bool = false) {
            inDoubt = isKilled ? mark.step : nil
            if !applied.contains(mark.step) { applied.append(mark.step) }
            if isPart { partly.insert(mark.step) } else { partly.remove(mark.step) }
            if mark.stepClass == .external, !programs.contains(mark.step) { programs.append(mark.step) }
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
}
