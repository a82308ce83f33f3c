import Databases
import Planning
import Runbooks

/// Asks checks and judges their answers.
struct CheckRunner {
    let context: RunContext
    let sessions: PhaseSessions
    /// When the phase's time is up.
    var deadline: ContinuousClock.Instant?

    /// How long a check without a timeout may take, in milliseconds.
    static let usualTimeout = RunDefaults.checkTimeout
    /// How much of a result is kept where rows are compared.
    static let comparisonLimits = ResultLimits(rows: 1_000_000, bytes: 256 << 20)

    /// Asks a check, again and again while its `retry` allows, and writes the last answer down.
    func run(
        _ check: PlannedCheck, phase: String, moment: CheckRecord.Moment
    ) async throws(FileFailure) -> CheckRecord {
        let end = check.retry.map { retry in
            deadline.map { min($0, retry.total.deadlineFromNow) } ?? retry.total.deadlineFromNow
        }
        var record = await ask(check, phase: phase, moment: moment)
        var attempts = 1
        while let end, let retry = check.retry, record.verdict != .pass, end > Time.now, !Task.isCancelled {
            await Time.sleep(for: .milliseconds(retry.every))
            record = await ask(check, phase: phase, moment: moment)
            attempts += 1
        }
        record.attempts = attempts
        try await context.log.report(.checked(record))
        return record
    }

    /// Asks a check once.
    func ask(_ check: PlannedCheck, phase: String, moment: CheckRecord.Moment) async -> CheckRecord {
        let start = Time.now
        let (judgement, couldAsk) = await judge(check)
        let verdict: Verdict =
            if judgement.passed { .pass } else if check.severity == .warn { .warn } else if couldAsk { .fail } else {
                .error
            }
        return CheckRecord(
            phase: phase, id: check.id, name: check.name, moment: moment, verdict: verdict,
            expected: shown(judgement.expected), found: shown(judgement.found), subject: check.subjectLine,
            milliseconds: start.elapsed, place: check.place)
    }

    /// Cut only after secrets were taken out: half of one could not be recognised any more.
    private func shown(_ text: String) -> String {
        let text = context.log.redactor.redact(text)
        return text.count <= 400 ? text : text.prefix(397) + "..."
    }

    /// How long a check may take now, in milliseconds: its own limit, or what is left of the phase's.
    private func limit(of check: PlannedCheck) -> Int {
        let own = check.timeout ?? Self.usualTimeout
        return deadline.map { min(own, Time.now.duration(to: $0).milliseconds) } ?? own
    }

    private func judge(_ check: PlannedCheck) async -> (Judgement, couldAsk: Bool) {
        guard limit(of: check) > 0 else { return (check.unasked("the phase's time was up"), false) }
        return switch check.subject {
        case .command(let command): await judge(command, check)
        case .query(let query): await judge(query, check)
        }
    }

    private func judge(_ command: PlannedCommand, _ check: PlannedCheck) async -> (Judgement, couldAsk: Bool) {
        do {
            let deadline = limit(of: check).deadlineFromNow
            let ending = try await context.child(command, step: check.id, deadline: deadline).run()
            if let killing = ending.killing { return (check.unasked("it \(killing)"), false) }
            let judgement = Judge.judge(status: ending.status, output: ending.output, by: check.expectation)
            return (judgement.explained(by: ending.complaint), true)
        } catch let error as FileFailure {
            return (check.unasked("\(error.path): \(error.reason)"), false)
        } catch let error as SecretUnavailable {
            return (check.unasked(error.message), false)
        } catch {
            return (check.unasked("it could not be started"), false)
        }
    }

    private func judge(_ query: PlannedQuery, _ check: PlannedCheck) async -> (Judgement, couldAsk: Bool) {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            session = try await sessions.session(check.target ?? "")
        } catch {
            return (check.unasked(error.message), false)
        }
        var text = context.bound(query.statement, each: check.each, session.dialect)
        if case .usesIndex = check.expectation { text = session.dialect.explain(text) }
        let (answer, kept) = await session.ask(
            query, text: text, mayWrite: check.mayWrite, timeout: max(1, limit(of: check)),
            limits: check.expectation.limits)
        await sessions.end(check.target ?? "", keeping: kept, of: check.id, at: check.place)
        switch answer {
        case .answered(let result):
            return (await judge(result, check, session), true)
        case .refused(let error):
            let judgement = Judge.judge(error, by: check.expectation)
            if case .failure = check.expectation { return (judgement, true) }
            return (judgement, false)
        case .unasked(let error): return (check.unasked(error.message), false)
        }
    }

    private func judge(
        _ result: StatementResult, _ check: PlannedCheck, _ session: any DatabaseSession
    ) async -> Judgement {
        switch check.expectation {
        case .sameAs(let name):
            let captured = await context.log.state.captures[name]
            return Judge.judge(result, by: check.expectation, captured: captured)
        case .usesIndex:
            let indexes = session.dialect.indexes(inExplained: result)
            return Judge.judge(result, by: check.expectation, indexes: indexes)
        default: return Judge.judge(result, by: check.expectation)
        }
    }
}

extension Judgement {
    /// With the last thing a program complained about, where the answer is no.
    fileprivate func explained(by complaint: String) -> Judgement {
        guard !passed, let last = complaint.split(whereSeparator: \.isNewline).last else { return self }
        return Judgement(passed: false, expected: expected, found: "\(found), complaint \"\(last)\"")
    }
}

extension PlannedCheck {
    /// The judgement when the question could not be asked.
    fileprivate func unasked(_ reason: String) -> Judgement {
        Judgement(passed: false, expected: expectation.phrase, found: "no answer: \(reason)")
    }

    /// What is asked and as whom, in a line.
    fileprivate var subjectLine: String {
        switch subject {
        case .command(let command): return command.summary
        case .query(let query):
            let settings = query.settings.filter { $0.name.contains(".") }.map { "\($0.name) = '\($0.value)'" }
            let who = (query.role.map { ["as \($0)"] } ?? []) + settings
            let text = query.statement.text.oneLine
            return who.isEmpty ? text : "\(who.joined(separator: ", ")): \(text)"
        }
    }
}

extension PlannedExpectation {
    fileprivate var limits: ResultLimits {
        if case .sameAs = self { return CheckRunner.comparisonLimits }
        return .standard
    }
}

extension Int {
    /// The moment that many milliseconds from now.
    var deadlineFromNow: ContinuousClock.Instant { Time.now.advanced(by: .milliseconds(self)) }
}
