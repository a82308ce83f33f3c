import Databases
import Planning
import Runbooks

/// Takes phases back, one after the other, and compares the schema with what it was.
///
/// Always sequential. The caller shields it from cancellation: an unwind that is left half-way helps nobody.
struct Unwinder {
    let context: RunContext

    /// How long a server that went away is waited for: one that crashed is back after its recovery.
    private static let patience = Duration.seconds(60)

    /// How an unwind ended.
    enum End {
        /// Everything was taken back; whether something is left that was not there, or is missing.
        case complete(residue: Bool)
        /// A phase that nothing may take back stands in the way; what came after it was taken back.
        case barrier(residue: Bool)
        /// A rollback failed; what came before it stands.
        case failed
    }

    /// Takes phases back in the reverse of the order in which they depend on each other.
    func unwind(_ order: UnwindOrder) async throws(FileFailure) -> End {
        let goes = order.takenBack
        if !goes.isEmpty { try await context.log.announce(.unwindStarted(phases: goes.map(\.id))) }
        var residue = false
        for phase in order.phases {
            let isTouched = order.touched.contains(phase.id)
            guard !order.kept.contains(phase.id) else {
                if let reason = phase.irreversible, isTouched {
                    try await context.log.announce(.barrier(phase: phase.id, reason: reason))
                }
                continue
            }
            let left = isTouched ? try await takeBack(phase) : try await verify(phase)
            guard let left else { return .failed }
            residue = residue || left.isSerious
        }
        return order.kept.isEmpty ? .complete(residue: residue) : .barrier(residue: residue)
    }

    /// A phase that failed before anything of it took effect must have left nothing, and what a rollback left may be
    /// gone meanwhile; what differs, or nil when nobody can tell.
    private func verify(_ phase: PlannedPhase) async throws(FileFailure) -> [Residue]? {
        let left = await context.log.state.phase(phase.id)?.leftSomething ?? false
        let sessions = PhaseSessions(context, patience: Self.patience)
        let end: Result<[Residue]?, FailureCause>
        do {
            end = .success(try await compare(phase, sessions))
        } catch {
            end = .failure(phase.cause(of: error))
        }
        await sessions.close()
        switch end {
        case .success(let residue):
            guard let residue, left || !residue.isEmpty else { return [] }
            let back = Event.TakenBack(
                nothing: left ? "its rollback was done before" : "nothing of it took effect", isCompared: true,
                residue: residue, milliseconds: 0)
            try await context.log.announce(.rolledBack(phase: phase.id, back))
            return residue
        case .failure(let cause):
            try await context.log.announce(.rollbackFailed(phase: phase.id, cause: cause))
            return nil
        }
    }

    /// Takes one phase back; what differs then from before it, or nil when it could not be done.
    private func takeBack(_ phase: PlannedPhase) async throws(FileFailure) -> [Residue]? {
        let start = ContinuousClock.now
        let sessions = PhaseSessions(context, patience: Self.patience)
        var nothing: String?
        if case .nothing(let reason) = phase.rollback {
            nothing = reason
        } else {
            try await context.log.announce(.rollbackStarted(phase: phase.id))
        }
        let end: Result<[Residue]?, FailureCause>
        do throws(FileFailure) {
            end = try await carryOut(phase, sessions)
        } catch {
            await sessions.close()
            throw error
        }
        await sessions.close()
        switch end {
        case .success(let residue):
            // What a phase after it left has been told, and is there still.
            let known = await context.log.state.phases.flatMap(\.residue)
            let own = (residue ?? []).filter { found in
                !known.contains { $0.target == found.target && $0.object == found.object }
            }
            let back = Event.TakenBack(
                nothing: nothing, isCompared: residue?.count == own.count, residue: own, milliseconds: start.elapsed)
            try await context.log.announce(.rolledBack(phase: phase.id, back))
            return back.residue
        case .failure(let cause):
            try await context.log.announce(.rollbackFailed(phase: phase.id, cause: cause))
            return nil
        }
    }

    private func carryOut(
        _ phase: PlannedPhase, _ sessions: PhaseSessions
    ) async throws(FileFailure) -> Result<[Residue]?, FailureCause> {
        if case .steps(let steps, let checks, _, _) = phase.rollback {
            let runner = StepRunner(
                context: context, sessions: sessions, phase: phase.id, direction: .back, deadline: nil)
            for step in steps {
                if case .failed(let cause, _) = try await runner.run(step) { return .failure(cause) }
            }
            let checkRunner = CheckRunner(context: context, sessions: sessions)
            var failure: FailureCause?
            for check in checks {
                let record = try await checkRunner.run(check, phase: phase.id, moment: .rollback)
                if record.verdict == .fail || record.verdict == .error, failure == nil {
                    failure = FailureCause(record)
                }
            }
            if let failure { return .failure(await naming(what: phase, left: sessions, failure)) }
        }
        do {
            return .success(try await compare(phase, sessions))
        } catch {
            let cause = phase.cause(of: error)
            return .failure(
                FailureCause(message: "the schema could not be compared: \(cause.message)", place: phase.place))
        }
    }

    /// The cause for which a rollback failed, with what it left in the schema.
    private func naming(
        what phase: PlannedPhase, left sessions: PhaseSessions, _ cause: FailureCause
    ) async -> FailureCause {
        guard let residue = try? await compare(phase, sessions), !residue.isEmpty else { return cause }
        let names = residue.map { "\($0.kind.rawValue) \($0.object)" }.joined(separator: ", ")
        return cause.adding("since before the phase: \(names)")
    }

    /// What differs from before the phase; nil when there is nothing to compare, or not yet: of phases that ran side
    /// by side the schema is compared when the last of them is taken back.
    private func compare(_ phase: PlannedPhase, _ sessions: PhaseSessions) async throws -> [Residue]? {
        let state = await context.log.state
        guard let mine = state.phase(phase.id) else { return nil }
        let beside = mine.overlaps.compactMap { state.phase($0) }.filter { !$0.catalogs.isEmpty }
        guard beside.allSatisfy({ $0.status == .rolledBack || !$0.standsToBeUndone }) else { return nil }
        // Of phases that ran side by side the first catalog is from before what any of them did.
        var catalogs: [String: String] = [:]
        for other in (beside + [mine]).sorted(by: { $0.catalogsOrder < $1.catalogsOrder }) {
            catalogs.merge(other.catalogs) { first, _ in first }
        }
        return catalogs.isEmpty ? nil : try await Catalogs(context: context).residue(since: catalogs, sessions)
    }
}

extension FailureCause: Error {}
