public import Diagnostics

/// How long something should take: a length of time, or two between which it lies.
public struct Estimate: Sendable, Hashable {
    /// The least.
    public let from: Duration
    /// The most; what is expected, too, since a plan that counts on less is late every other time.
    public let to: Duration

    /// An estimate by its ends.
    public init(from: Duration, to: Duration) {
        self.from = from
        self.to = to
    }
}

/// The time in which a runbook may run.
public struct Window: Sendable {
    /// How long it is, and where that is written.
    public let length: Located<Duration>
    /// When it begins; nil for the moment in which a run begins.
    public let start: WrittenMoment?
}

/// What taking back may cost.
public struct Objective: Sendable {
    /// How long it may take to take everything back.
    public let rollback: Located<Duration>?
    /// Which data may be lost by it.
    public let dataLoss: Located<DataLoss>?
}

/// Which data a rollback may lose.
public enum DataLoss: String, Sendable, CaseIterable {
    /// None that was written since its phase.
    case none
    /// What was written since a backup that the runbook makes.
    case sinceBackup = "since-backup"
}

/// A moment as people write it: date and time of a place, and how far that is from UTC.
public struct WrittenMoment: Sendable, Hashable {
    /// Date and time there, `2025-10-18T22:00:00.000`.
    public let local: String
    /// How many minutes the place is ahead of UTC.
    public let offset: Int
}
