import Databases
import Planning
import Runbooks

/// Takes phases back, one after the other, and compares the schema with what it was.
///
/// Always sequential. The caller shields it from cancellation: an unwind that is left half-way helps nobody.
struct Unwinder {
    let context: RunContext
    /// Whether a person asked for it, when others may have written since; an unwind after a failure follows at once.
    let isAsked: Bool

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
        /// A server stopped answering, or a lock did not come; nothing is known to have failed.
        case cutOff
        /// Nobody knows whether a step of a rollback took effect: a person must say so.
        case inDoubt
        /// Something would be lost that a person has to accept first; what came before it was taken back.
        case losing
    }

    /// Takes phases back in the reverse of the order in which they depend on each other.
    func unwind(_ order: UnwindOrder) async throws(FileFailure) -> End {
        let goes = order.takenBack
        if mustAsk, try await loses(goes.filter { order.nothing(of: $0) == nil }, all: goes) { return .losing }
        if !goes.isEmpty {
            let kept = order.standing.map(\.phase.id)
            try await context.log.announce(.unwindStarted(phases: goes.map(\.id), kept: kept))
        }
        for phase in order.phases {
            let isTouched = order.touched.contains(phase.id)
            guard !order.kept.contains(phase.id) else {
                if let reason = phase.irreversible, isTouched {
                    try await context.log.announce(.barrier(phase: phase.id, reason: reason))
                }
                continue
            }
            let nothing = order.nothing(of: phase)
            // People may have gone on writing meanwhile, and what later phases wrote themselves is gone only now.
            if isTouched, nothing == nil, try await loses([phase], all: goes) { return .losing }
            if let end = isTouched ? try await takeBack(phase, nothing: nothing) : try await verify(phase) {
                return end
            }
        }
        let residue = await context.log.state.phases.contains(where: \.leftSomething)
        return order.kept.isEmpty ? .complete(residue: residue) : .barrier(residue: residue)
    }

    /// A phase that failed before anything of it took effect must have left nothing, and what a rollback left may be
    /// gone meanwhile; how the unwind ends when nobody could tell.
    private func verify(_ phase: PlannedPhase) async throws(FileFailure) -> End? {
        let wasTakenBack = await context.log.state.phase(phase.id)?.status == .rolledBack
        let sessions = PhaseSessions(context, patience: Self.patience)
        let start = Time.now
        let end: Result<Comparison, any Error>
        do { end = .success(try await compare(phase, sessions)) } catch { end = .failure(error) }
        let isLost = await sessions.isLost
        await sessions.close()
        switch end {
        case .success(let comparison):
            guard !comparison.compared.isEmpty else { return nil }
            let nothing = wasTakenBack ? "looked at again" : "no step of it took effect"
            try await context.log.announce(
                .rolledBack(phase: phase.id, comparison.account(nothing: nothing, milliseconds: start.elapsed)))
            return nil
        case .failure(let error): return try await failed(phase, phase.uncompared(error), isLost: isLost)
        }
    }

    /// Writes why a phase could not be taken back, unless a server went away, which says nothing about the phase.
    private func failed(_ phase: PlannedPhase, _ cause: FailureCause, isLost: Bool) async throws(FileFailure) -> End {
        guard !isLost else {
            let isAnother = cause.code == DatabaseError.anothersCode
            let words = cause.message + (isAnother ? "" : ": the server did not answer any more")
            try await context.log.report(
                .noticed(step: phase.id, severity: "WARNING", code: cause.code, message: words))
            return .cutOff
        }
        try await context.log.announce(.rollbackFailed(phase: phase.id, cause: cause))
        return .failed
    }

    /// Takes one phase back; how the unwind ends when that could not be done.
    private func takeBack(_ phase: PlannedPhase, nothing: String?) async throws(FileFailure) -> End? {
        let start = Time.now
        let sessions = PhaseSessions(context, patience: Self.patience)
        if nothing == nil { try await context.log.announce(.rollbackStarted(phase: phase.id)) }
        let end: Result<Comparison, RollbackFailure>
        do throws(FileFailure) {
            end = try await carryOut(nothing == nil ? phase.rollback : nil, of: phase, sessions)
        } catch {
            await sessions.close()
            throw error
        }
        let isLost = await sessions.isLost
        await sessions.close()
        switch end {
        case .success(let comparison):
            let back = comparison.account(nothing: nothing, milliseconds: start.elapsed)
            try await context.log.announce(.rolledBack(phase: phase.id, back))
            return nil
        case .failure(let failure) where failure.leaves == .unknown && !isLost: return .inDoubt
        case .failure(let failure) where failure.leaves == .nothing && failure.cause.mayPass && !isLost:
            try await context.log.report(
                .noticed(
                    step: phase.id, severity: "WARNING", code: failure.cause.code,
                    message: "\(failure.cause.message): it is not taken back yet"))
            return .cutOff
        case .failure(let failure): return try await failed(phase, failure.cause, isLost: isLost)
        }
    }

    /// Why a rollback failed, and what its step left.
    private struct RollbackFailure: Error {
        let cause: FailureCause
        var leaves = Event.Leaves.part
    }

    private func carryOut(
        _ rollback: PlannedRollback?, of phase: PlannedPhase, _ sessions: PhaseSessions
    ) async throws(FileFailure) -> Result<Comparison, RollbackFailure> {
        if case .steps(let steps, let checks, _, _)? = rollback {
            let runner = StepRunner(
                context: context, sessions: sessions, phase: phase.id, direction: .back, deadline: nil)
            for step in steps {
                if case .failed(let cause, let leaves) = try await runner.run(step) {
                    return .failure(RollbackFailure(cause: cause, leaves: leaves))
                }
            }
            let checkRunner = CheckRunner(context: context, sessions: sessions)
            var failure: FailureCause?
            for check in checks {
                let record = try await checkRunner.run(check, phase: phase.id, moment: .rollback)
                if record.verdict == .fail || record.verdict == .error, failure == nil {
                    failure = FailureCause(record)
                }
            }
            if let failure {
                return .failure(RollbackFailure(cause: await naming(what: phase, left: sessions, failure)))
            }
        }
        do {
            return .success(try await compare(phase, sessions))
        } catch {
            return .failure(RollbackFailure(cause: phase.uncompared(error)))
        }
    }

    /// The cause for which a rollback failed, with what it left in the schema.
    private func naming(
        what phase: PlannedPhase, left sessions: PhaseSessions, _ cause: FailureCause
    ) async -> FailureCause {
        guard let found = try? await compare(phase, sessions).residue, !found.isEmpty else { return cause }
        let names = found.map { "\($0.kind.rawValue) \($0.object)" }.joined(separator: ", ")
        return cause.adding("since before the phase: \(names)")
    }

    /// What a comparison found.
    private struct Comparison {
        let compared: [String]
        let covers: [String]
        let residue: [Residue]
        let remaining: [Residue]
        let gone: [Residue]

        func account(nothing: String?, milliseconds: Int) -> Event.TakenBack {
            Event.TakenBack(
                nothing: nothing, compared: compared, covers: covers, residue: residue, remaining: remaining,
                gone: gone, milliseconds: milliseconds)
        }
    }

    /// What differs from before the phase, apart from what was told already; compares nothing where there is nothing to
    /// compare with, yet.
    private func compare(_ phase: PlannedPhase, _ sessions: PhaseSessions) async throws -> Comparison {
        let state = await context.log.state
        let reference = CatalogReference(for: phase.id, in: state, of: context.plan)
        let found = try await Catalogs(context: context).compare(with: reference.catalogs, sessions)
        let own = found.residue.filter { !state.accepted.contains($0) }
        let told = state.phases.flatMap(\.residue)
        return Comparison(
            compared: found.compared, covers: reference.covers, residue: own.filter { !told.contains($0) },
            remaining: own.filter(told.contains), gone: found.gone.filter { !state.othersGone.contains($0) })
    }
}

extension PlannedPhase {
    fileprivate func uncompared(_ error: any Error) -> FailureCause {
        FailureCause(message: "the schema could not be compared: \(cause(of: error).message)", place: place)
    }
}

extension FailureCause: Error {}
