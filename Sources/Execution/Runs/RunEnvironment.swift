public import Databases
public import Planning

/// What a run needs from outside: sessions, secrets, people, and somebody who listens.
public struct RunEnvironment: Sendable {
    /// Opens a session on a target of the plan, named after the run.
    public let open: @Sendable (PlannedTarget, String) async throws(DatabaseError) -> any DatabaseSession
    /// Reads a secret at the moment of use.
    public let secret: @Sendable (PlannedSecret) async throws(SecretUnavailable) -> String
    /// Asks people.
    public let gateKeeper: any GateKeeper
    /// Hears every line of the journal, in order.
    public let observe: @Sendable (JournalLine) -> Void
    /// Tells a person what is waited for, before there is a journal to write it into.
    public let tell: @Sendable (String) -> Void
    /// Whether a signal asked the run to stop at the next safe point.
    public let stopRequested: @Sendable () -> Bool
    /// The folder with the runs.
    public let stateDirectory: String
    /// The folder commands start in.
    public let root: String
    /// The variables every command gets.
    public let childEnvironment: [String: String]
    /// Who runs it: the system's user and host.
    public let operatorName: String
    /// How many phases may run at once.
    public let parallel: Int
    /// How long another run that holds a target is waited for.
    public let lockPatience: Duration
    /// Who approved the plan, as it was proved.
    public let approvals: [GivenApproval]
    /// Whether a run that is resumed goes on whatever its window says: a person says so, for this once.
    public let goesPastWindow: Bool

    /// An environment by its parts.
    public init(
        open: @escaping @Sendable (PlannedTarget, String) async throws(DatabaseError) -> any DatabaseSession,
        secret: @escaping @Sendable (PlannedSecret) async throws(SecretUnavailable) -> String,
        gateKeeper: any GateKeeper,
        observe: @escaping @Sendable (JournalLine) -> Void,
        tell: @escaping @Sendable (String) -> Void,
        stopRequested: @escaping @Sendable () -> Bool,
        stateDirectory: String,
        root: String,
        childEnvironment: [String: String],
        operatorName: String,
        parallel: Int,
        lockPatience: Duration = .zero,
        approvals: [GivenApproval] = [],
        goesPastWindow: Bool = false
    ) {
        self.open = open
        self.secret = secret
        self.gateKeeper = gateKeeper
        self.observe = observe
        self.tell = tell
        self.stopRequested = stopRequested
        self.stateDirectory = stateDirectory
        self.root = root
        self.childEnvironment = childEnvironment
        self.operatorName = operatorName
        self.parallel = parallel
        self.lockPatience = lockPatience
        self.approvals = approvals
        self.goesPastWindow = goesPastWindow
    }
}

extension RunEnvironment {
    /// What the sessions that hold targets are called, before the run's name: those that work for the run may be
    /// ended by who takes it up, these may not.
    static let holding = "gonogo-lock/"

    /// The same, with more patience for another run that holds a target.
    func waiting(_ patience: Duration) -> RunEnvironment {
        RunEnvironment(
            open: open, secret: secret, gateKeeper: gateKeeper, observe: observe, tell: tell,
            stopRequested: stopRequested, stateDirectory: stateDirectory, root: root,
            childEnvironment: childEnvironment, operatorName: operatorName, parallel: parallel,
            lockPatience: max(patience, lockPatience), approvals: approvals, goesPastWindow: goesPastWindow)
    }

    /// Opens the session that will hold a target.
    func openToHold(_ target: PlannedTarget, _ run: String) async throws(DatabaseError) -> any DatabaseSession {
        try await openForLong(target, Self.holding + run)
    }

    /// Opens a session that works for a run, unless another run has the target to itself.
    func openToWork(_ target: PlannedTarget, _ run: String) async throws(DatabaseError) -> any DatabaseSession {
        let session = try await openForLong(target, "gonogo/" + run)
        guard let mark = session.dialect.work(for: run) else { return session }
        do throws(DatabaseError) {
            guard try await session.execute(mark).rows.first?.first == .boolean(true) else { throw .superseded }
            return session
        } catch {
            await session.close()
            throw error
        }
    }

    /// Opens a session that may have to wait for people and programs: the server must not end it for being idle.
    func openForLong(
        _ target: PlannedTarget,
        _ application: String
    ) async throws(DatabaseError) -> any DatabaseSession {
        let session = try await open(target, application)
        // The setting came with PostgreSQL 14.
        guard session.identity.engine == .postgres, session.identity.versionNumber >= 140_000,
            let apply = session.dialect.applySessionSettings([(name: "idle_session_timeout", value: "0")])
        else { return session }
        do throws(DatabaseError) {
            _ = try await session.execute(apply)
            return session
        } catch {
            await session.close()
            throw error
        }
    }
}

/// Asks people for decisions; without an answer there is no go.
public protocol GateKeeper: Sendable {
    /// The decision at a gate; silence, the end of the input and the end of the time are no-go.
    ///
    /// - Parameters:
    ///   - asking: the gate, its phase, and the deciders who have not said go yet; none where anybody may decide.
    ///   - isMoot: whether the question is withdrawn.
    ///   - said: hears each decider's go before the next is asked.
    /// - Returns: the decision of all; nil when the question was withdrawn before anybody decided.
    /// - Throws: `FileFailure` when what somebody said could not be written down.
    func decide(
        _ asking: GateQuestion, unless isMoot: @escaping @Sendable () -> Bool,
        said: @Sendable (GateDecision) async throws(FileFailure) -> Void
    ) async throws(FileFailure) -> GateDecision?

    /// Whether anybody can be asked for the decision at a phase's gate.
    func canDecide(_ phase: String) -> Bool

    /// What to do after a failure whose policy is to ask; nil when nobody can be asked.
    func choose(afterFailureOf phase: String, cause: FailureCause) async -> FailureChoice?
}

extension GateKeeper {
    /// Somebody can.
    public func canDecide(_ phase: String) -> Bool { true }
}

/// What people are asked at a gate.
public struct GateQuestion: Sendable {
    /// The gate.
    public let gate: PlannedGate
    /// Its phase.
    public let phase: String
    /// Those who must say go still; none where anybody may decide.
    public let deciders: [String]
    /// What was said before, all of it go.
    public let earlier: [GateDecision]
}

/// What a person may choose after a failure.
public enum FailureChoice: String, Sendable, CaseIterable {
    /// Take back everything this run did.
    case unwind
    /// Take back the failed phase only.
    case rollback
    /// Leave everything as it is.
    case stop
}

/// A secret that cannot be read; holds no part of it.
public struct SecretUnavailable: Error, Sendable, Equatable {
    /// Which, by its reference, and why.
    public let message: String

    /// A failure with its words.
    public init(message: String) { self.message = message }
}
