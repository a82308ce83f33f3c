import Databases
import Planning
import Runbooks

/// How a phase ended.
enum PhaseEnd {
    /// It is done.
    case done
    /// It takes no part.
    case skipped
    /// It failed.
    case failed(PhaseFailure)
    /// The journal cannot be written: nothing more may be done.
    case unwritten(FileFailure)

    /// The same once something interrupted the run: what failed may have failed for that, and no policy says what
    /// follows.
    func because(of interruption: FailureKind?) -> PhaseEnd {
        guard let interruption, case .failed(let failure) = self, failure.kind.hasPolicy else { return self }
        return .failed(PhaseFailure(cause: failure.cause, kind: interruption))
    }
}

/// Why a phase failed.
struct PhaseFailure {
    let cause: FailureCause
    let kind: FailureKind
}

/// Carries out one phase: conditions, preconditions, steps, checks, gate.
struct PhaseRunner {
    let context: RunContext
    let phase: PlannedPhase

    /// Carries it out, writes down how it ended, and says so.
    func end() async -> PhaseEnd {
        do throws(FileFailure) { return try await run() } catch { return .unwritten(error) }
    }

    private func run() async throws(FileFailure) -> PhaseEnd {
        let sessions = PhaseSessions(context)
        let start = Time.now
        let spent = await context.log.state.phase(phase.id)?.spent ?? 0
        let end: PhaseEnd
        do throws(FileFailure) {
            let told = try await carryOut(sessions)
            let interruption: FailureKind? =
                Task.isCancelled ? .interrupted : await sessions.isLost ? .disconnected : nil
            end = told.because(of: interruption)
        } catch {
            await sessions.close()
            throw error
        }
        await sessions.close()
        switch end {
        case .done:
            context.window?.isDone(phase)
            try await context.log.report(.phaseDone(phase: phase.id, milliseconds: start.elapsed + spent))
        case .failed(let failure):
            try await context.log.announce(.phaseFailed(phase: phase.id, cause: failure.cause, kind: failure.kind))
        case .skipped, .unwritten: break
        }
        return end
    }

    private func carryOut(_ sessions: PhaseSessions) async throws(FileFailure) -> PhaseEnd {
        var deadline = phase.timeout.deadline
        var checks = CheckRunner(context: context, sessions: sessions, deadline: deadline)
        let known = await context.isResumed ? context.log.state.phase(phase.id) : nil
        let earlier = known?.kept == nil ? nil : known
        if earlier == nil {
            switch try await condition(checks) {
            case .holds: break
            case .fails(let reason):
                try await context.log.report(.phaseSkipped(phase: phase.id, reason: reason))
                return .skipped
            case .unanswered(let cause): return .failed(PhaseFailure(cause: cause, kind: .check))
            }
        }
        if let failure = try await admission() { return .failed(failure) }
        // Before the catalogs are read: what runs meanwhile may be in them or not.
        try await context.log.report(earlier == nil ? .phaseStarted(phase: phase.id) : .phaseResumed(phase: phase.id))
        if earlier == nil, let failure = try await keepCatalogs(sessions) { return .failed(failure) }
        if !(earlier?.hasEffect ?? false),
            let failure = try await firstFailure(phase.preconditions, .precondition, checks)
        {
            return .failed(failure)
        }
        let asked = Time.now
        if let failure = try await ask(.start) { return .failed(failure) }
        // How long people think does not count.
        deadline = deadline?.advanced(by: asked.duration(to: Time.now))
        checks = CheckRunner(context: context, sessions: sessions, deadline: deadline)
        let failure = try await doSteps(sessions, deadline, after: earlier)
        // What was written while a run stood still would be taken for the phase's own.
        if earlier == nil, failure.map({ phase.stands(after: $0.kind) }) ?? true { try await countRows(sessions) }
        if let failure { return .failed(failure) }
        if let failure = try await firstFailure(phase.checks, .check, checks) { return .failed(failure) }
        if let failure = try await ask(.end) { return .failed(failure) }
        return .done
    }

    private func keepCatalogs(_ sessions: PhaseSessions) async throws(FileFailure) -> PhaseFailure? {
        do {
            let catalogs = try await Catalogs(context: context).take(phase.changedTargets, sessions)
            try await context.log.announce(.catalogsKept(phase: phase.id, catalogs: catalogs))
            return nil
        } catch let error as FileFailure {
            throw error
        } catch {
            return PhaseFailure(cause: phase.cause(of: error), kind: .step)
        }
    }

    private enum Condition {
        case holds
        case fails(reason: String)
        /// Nobody can tell: to skip a phase takes an answer.
        case unanswered(FailureCause)
    }

    private func condition(_ checks: CheckRunner) async throws(FileFailure) -> Condition {
        if let reason = phase.skipped { return .fails(reason: reason) }
        guard let condition = phase.condition else { return .holds }
        let record = try await checks.run(condition, phase: phase.id, moment: .condition)
        switch record.verdict {
        case .pass: return .holds
        case .fail, .warn: return .fails(reason: "expected \(record.expected), found \(record.found)")
        case .error: return .unanswered(FailureCause(record))
        }
    }

    private func doSteps(
        _ sessions: PhaseSessions, _ deadline: ContinuousClock.Instant?, after earlier: RunState.PhaseState?
    ) async throws(FileFailure) -> PhaseFailure? {
        let runner = StepRunner(
            context: context, sessions: sessions, phase: phase.id, direction: .forward, deadline: deadline)
        for step in phase.steps {
            if let earlier, await isDone(step, earlier) { continue }
            if context.environment.stopRequested() {
                let cause = FailureCause(message: "stopped by a signal before step \(step.id)", place: step.place)
                return PhaseFailure(cause: cause, kind: .interrupted)
            }
            guard case .failed(let cause, let leaves) = try await runner.run(step) else { continue }
            return PhaseFailure(cause: cause, kind: kind(of: cause, leaves))
        }
        return nil
    }

    /// What kind of failure a step's is: one that left nothing because of a lock stops the run where it stands.
    private func kind(of cause: FailureCause, _ leaves: Event.Leaves) -> FailureKind {
        if leaves == .unknown { return .inDoubt }
        guard leaves == .nothing, cause.mayPass else { return .step }
        return context.environment.stopRequested() ? .interrupted : .blocked
    }

    /// Whether a step was done before the run went on: results and backups that were kept stay those of then.
    private func isDone(_ step: PlannedStep, _ earlier: RunState.PhaseState) async -> Bool {
        switch step.action {
        case .capture(let capture): await context.log.state.captures[capture.name] != nil
        case .backup: await context.log.state.marked.contains(MarkedStep(step: step.id, direction: .forward))
        case .apply, .run: earlier.isApplied(step.id)
        }
    }

    /// Asks all of them, so that one report tells everything, and fails with the first that says no.
    private func firstFailure(
        _ checks: [PlannedCheck], _ moment: CheckRecord.Moment, _ runner: CheckRunner
    ) async throws(FileFailure) -> PhaseFailure? {
        var failure: PhaseFailure?
        for check in checks {
            let record = try await runner.run(check, phase: phase.id, moment: moment)
            guard record.verdict == .fail || record.verdict == .error, failure == nil else { continue }
            failure = PhaseFailure(cause: FailureCause(record), kind: .check)
        }
        return failure
    }

    private func ask(_ moment: Gate.Moment) async throws(FileFailure) -> PhaseFailure? {
        guard let gate = phase.gate, gate.moment == moment else { return nil }
        // What was decided stays decided; a no-go is why the run stopped, and is asked again.
        if context.isResumed, await context.log.state.gates[phase.id]?.go ?? false { return nil }
        context.window?.waits(phase, at: moment)
        if let late = try await windowRefusal(at: gate) { return late }
        try await context.log.announce(
            .gateAsked(phase: phase.id, question: gate.question, deciders: gate.deciders))
        guard context.environment.gateKeeper.canDecide(phase.id) else {
            let cause = FailureCause(
                message: "nobody could be asked at the gate of \(phase.id)", place: gate.place,
                hint: "go on with `--gate \(phase.id)=go`, or at a terminal")
            return PhaseFailure(cause: cause, kind: .waiting)
        }
        let (hasFailed, window, phase) = (context.hasFailed, context.window, phase)
        let question = await question(at: gate)
        let isMoot: @Sendable () -> Bool = {
            hasFailed.withLock { $0 } || window?.refusal(at: moment, of: phase) != nil
        }
        let answer = try await context.environment.gateKeeper.decide(question, unless: isMoot) {
            decision throws(FileFailure) in
            try await context.log.announce(.gateAnswered(phase: phase.id, decision: decision))
        }
        // Nobody's vote makes time.
        if answer?.go ?? !hasFailed.withLock({ $0 }), let late = try await windowRefusal(at: gate) { return late }
        let withdrawn = GateDecision(
            go: false, by: GateDecision.nobody, reason: "withdrawn, because another phase failed")
        let decision = answer ?? withdrawn
        try await context.log.announce(.gateDecided(phase: phase.id, decision: decision))
        guard !decision.go else {
            window?.goesOn(phase, after: moment)
            return nil
        }
        let words = decision.reason.isEmpty ? decision.by : "\(decision.by): \(decision.reason)"
        let isOpen = decision.by == GateDecision.nobody
        let cause = FailureCause(
            message: "\(isOpen ? "not decided" : "no-go") at the gate of \(phase.id) (\(words))", place: gate.place)
        guard answer != nil else { return PhaseFailure(cause: cause, kind: .withdrawn) }
        // A signal while people were asked decides nothing: it stops the run where it stands.
        return PhaseFailure(cause: cause, kind: context.environment.stopRequested() ? .interrupted : .gate)
    }
}

extension PlannedPhase {
    /// The databases its steps or its rollback change: whose catalogs are compared after a rollback.
    var changedTargets: [String] {
        var names: [String] = []
        for step in steps + rollbackSteps where step.stepClass != .readOnly && !names.contains(step.target) {
            names.append(step.target)
        }
        return names
    }

    func cause(of error: any Error) -> FailureCause {
        switch error {
        case let error as DatabaseError: FailureCause(message: error.message, code: error.code, place: place)
        case let error as FileFailure:
            FailureCause(message: "\(error.action) \(error.path): \(error.reason)", place: place)
        default: FailureCause(message: "\(error)", place: place)
        }
    }
}

extension FailureCause {
    /// The cause when a check said no.
    init(_ record: CheckRecord) {
        self.init(
            message: "\(record.name): expected \(record.expected), found \(record.found)", place: record.place,
            statement: record.subject)
    }
}
