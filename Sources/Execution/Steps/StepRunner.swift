import Databases
public import Planning
import Statements

/// How a step ended.
enum StepEnd {
    /// It took effect; so many rows were changed.
    case applied(rows: Int)
    /// It had nothing to do.
    case passedOver(reason: String)
    /// Its result is kept.
    case kept(name: String, CapturedResult)
    /// It did not take effect, or left what is said.
    case failed(FailureCause, leaves: Event.Leaves)
}

/// Carries out the steps of a phase or of its rollback, one after the other, each written down before and after.
struct StepRunner {
    let context: RunContext
    let sessions: PhaseSessions
    let phase: String
    let direction: Direction
    /// When the phase's time is up.
    let deadline: ContinuousClock.Instant?

    /// Carries out one step.
    ///
    /// - Throws: `FileFailure` when the journal cannot be written; then nothing more may be done.
    func run(_ step: PlannedStep) async throws(FileFailure) -> StepEnd {
        let mark = step.mark(phase: phase, direction)
        let start = Time.now
        let end: StepEnd
        if let known = await endByResolution(step) {
            end = known
        } else if let probed = await endByProbe(step) {
            end = probed
        } else {
            try await context.log.announce(.stepStarted(mark), durable: !step.lastsOnlyByCommit)
            end = try await act(step, mark)
        }
        switch end {
        case .applied(let rows):
            try await context.log.report(.stepApplied(mark, rows: rows, milliseconds: start.elapsed))
        case .passedOver(let reason): try await context.log.report(.stepPassedOver(mark, reason: reason))
        case .kept(let name, let result):
            try await context.log.report(.captured(name: name, result: result))
            try await context.log.report(
                .stepApplied(mark, rows: result.rowCount, milliseconds: start.elapsed)
            )
        case .failed(let cause, let leaves):
            let isLate = deadline.map { $0 <= Time.now } ?? false
            let cause = isLate ? cause.adding("the time of phase \(phase) was up") : cause
            try await context.log.announce(.stepFailed(mark, cause: cause, leaves: leaves))
            return .failed(cause, leaves: leaves)
        }
        return end
    }

    private func act(_ step: PlannedStep, _ mark: StepMark) async throws(FileFailure) -> StepEnd {
        switch step.action {
        case .run(let command): return try await runCommand(command, step, mark)
        case .capture(let capture): return try await keep(capture, step)
        case .backup(let path): return try await backUp(to: path, step)
        case .apply(let script):
            let end =
                switch script.stepClass {
                case .nonTransactional: try await applyOutsideTransaction(script, step, mark)
                default: try await applyTransactionally(script, step, mark)
                }
            let leaves = try await reportLeftovers(of: script, step)
            if leaves || script.marksSession || context.setsForSession(script, step.target) {
                await sessions.retire(step.target)
            }
            return end
        }
    }

    /// How a step ends of which a person said that it is done, or to be left out.
    private func endByResolution(_ step: PlannedStep) async -> StepEnd? {
        guard let resolution = await context.log.state.resolutions[step.id], resolution.verdict != .notApplied else {
            return nil
        }
        let what = resolution.verdict == .skip ? "left out" : "done"
        return .passedOver(reason: "\(what), says \(resolution.by): \(resolution.reason)")
    }

    /// How a step ends without being carried out: its own probe says that it has nothing to do, or gives no answer.
    private func endByProbe(_ step: PlannedStep) async -> StepEnd? {
        guard let probe = step.doneWhen else { return nil }
        let record = await CheckRunner(context: context, sessions: sessions).ask(
            probe, phase: phase, moment: .condition)
        switch record.verdict {
        case .pass: return .passedOver(reason: "done already: \(record.name)")
        case .fail, .warn: return nil
        case .error: return .failed(FailureCause(record), leaves: .nothing)
        }
    }

    /// The earlier of the step's own deadline and the phase's.
    func deadline(of step: PlannedStep) -> ContinuousClock.Instant? {
        [step.timeout.deadline, deadline].compactMap { $0 }.min()
    }

    /// Notes what the server remarked.
    func note(_ notices: [Notice], _ step: PlannedStep) async throws(FileFailure) {
        for notice in notices.prefix(100) {
            try await context.log.report(
                .noticed(step: step.id, severity: notice.severity, code: notice.code, message: notice.message))
        }
    }

    private func keep(_ capture: PlannedCapture, _ step: PlannedStep) async throws(FileFailure) -> StepEnd {
        do throws(DatabaseError) {
            let session = try await sessions.session(step.target)
            let text = context.bound(capture.query.statement, session.dialect)
            let (answer, kept) = await session.ask(
                capture.query, text: text, mayWrite: false, timeout: step.timeout ?? CheckRunner.usualTimeout,
                limits: CheckRunner.comparisonLimits)
            await sessions.end(step.target, keeping: kept, of: step.id, at: step.place)
            switch answer {
            case .refused(let error), .unasked(let error):
                return .failed(FailureCause(error, step: step), leaves: .nothing)
            case .answered(let result):
                guard !result.isTruncated else {
                    let cause = FailureCause(
                        message: "capture `\(capture.name)` has \(result.rowCount) rows, more than are kept",
                        place: step.place, hint: "capture counts or digests instead of rows")
                    return .failed(cause, leaves: .nothing)
                }
                let captured = CapturedResult(result)
                return .kept(
                    name: capture.name,
                    capture.fingerprint ? captured.fingerprintOnly : captured
                )
            }
        } catch {
            return .failed(FailureCause(error, step: step), leaves: .nothing)
        }
    }
}

extension PlannedStep {
    /// What it does, in a few words.
    public var summary: String {
        if let title { return title }
        return switch action {
        case .apply(let script): script.file ?? script.statements.first?.verb ?? "SQL"
        case .run(let command): command.summary
        case .capture(let capture): "capture \(capture.name)"
        case .backup(let path): "backup to \(path)"
        }
    }
}

extension PlannedStep {
    /// Its mark in the journal.
    func mark(phase: String, _ direction: Direction) -> StepMark {
        StepMark(phase: phase, step: id, direction: direction, title: summary, stepClass: stepClass)
    }

    /// Whether nothing of it lasts before the COMMIT that is announced by itself, or at all.
    fileprivate var lastsOnlyByCommit: Bool { stepClass == .transactional || stepClass == .readOnly }
}

extension PlannedCommand {
    /// What it runs, in a line.
    public var summary: String {
        let words = arguments.count == 3 && arguments[0] == "/bin/sh" ? [arguments[2]] : arguments
        let line = words.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= 60 ? line : line.prefix(57) + "..."
    }
}

extension FailureCause {
    /// The cause for an error of a step's statement, with the line of the file it points at.
    init(
        _ error: DatabaseError,
        step: PlannedStep,
        statement: PlannedStatement? = nil,
        sentBy sender: (context: RunContext, dialect: any Dialect)? = nil
    ) {
        var place = step.place
        if let statement {
            let position = error.position ?? 1
            let line = sender.map { $0.context.line(at: position, in: statement, $0.dialect) }
            place = Place(file: step.file ?? step.place.file, line: line ?? statement.line)
        }
        self.init(
            message: error.reason(limit: step.timeout),
            code: error.code,
            place: place,
            statement: statement?.text.oneLine,
            detail: error.detail ?? error.context,
            hint: error.hint
        )
    }
}

extension DatabaseError {
    /// Its message; for what we had cancelled the reason, of which a server knows nothing.
    fileprivate func reason(limit: Int?) -> String {
        switch kind {
        // The step's own limit, of which the phase's may have left less.
        case .timeout: "its time was up\(limit.map { " (at most \($0.inSeconds))" } ?? ""), and it was cancelled"
        case .cancelled: "a signal cancelled it"
        case .connection, .statement: message
        }
    }
}

extension Int {
    /// Milliseconds in seconds, where they are whole ones.
    fileprivate var inSeconds: String { isMultiple(of: 1000) ? "\(self / 1000)s" : "\(self)ms" }
}

extension RunContext {
    /// The line of the script that a position in the statement as it was sent lies on; lines of the values that were
    /// put in do not count.
    fileprivate func line(at position: Int, in statement: PlannedStatement, _ dialect: any Dialect) -> Int {
        var sent = 0
        var line = statement.line
        let bytes = Array(statement.text.utf8)
        var start = 0
        func count(_ end: Int) -> Bool {
            for scalar in String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars {
                sent += 1
                if sent >= position { return true }
                if scalar == "\n" { line += 1 }
            }
            return false
        }
        for reference in statement.variables {
            if count(reference.range.lowerBound) { return line }
            sent += length(of: reference, dialect)
            if sent >= position { return line }
            start = reference.range.upperBound
        }
        _ = count(bytes.count)
        return line
    }
}

extension PlannedStep {
    /// The file its SQL is from.
    var file: String? { script?.file }
}

extension String {
    /// One line of at most 120 characters.
    var oneLine: String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= 120 ? line : line.prefix(117) + "..."
    }
}

extension PlannedScript {
    /// Whether it may leave something in its session that the next step must not meet: settings, roles, temporary
    /// tables, what a function did.
    ///
    /// A pragma of SQLite is a step of its own and meant for the steps after it, as there are no settings there.
    var marksSession: Bool {
        statements.contains { statement in
            let verb = statement.verb.split(separator: " ").first.map(String.init) ?? ""
            guard Self.plain.contains(verb) else { return true }
            let text = statement.text.lowercased()
            return Self.marking.contains { text.contains($0) } || verb == "CREATE" && text.prefix(200).contains("temp")
        }
    }

    /// The server's own functions that set or hold something for the session.
    private static let marking = ["set_config", "pg_advisory", "pg_try_advisory"]

    private static let plain: Set<String> = [
        "CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "REFRESH",
        "ANALYZE", "PRAGMA",
    ]
}
