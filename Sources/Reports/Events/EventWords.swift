import Databases
import Diagnostics
public import Execution
import Planning

/// What is said about an event: in one line, or in a headline with lines below it.
struct EventWords {
    /// What kind of line.
    let word: EventWord
    /// The phase it belongs to; nil for the run.
    let phase: String?
    /// Everything in one line.
    let line: String
    /// The first line, where there is room for more.
    let headline: String
    /// The lines below it.
    let below: [String]

    private init(
        _ word: EventWord,
        _ phase: String?,
        _ line: String,
        headline: String? = nil,
        below: [String] = []
    ) {
        self.word = word
        self.phase = phase
        self.line = line
        self.headline = headline ?? line
        self.below = below
    }

    /// The words for an event; nil when it is not worth any.
    init?(_ event: Event) {
        switch event {
        case .runStarted(let start): self.init(start)
        case .runResumed(let resumption):
            let way = resumption.direction == .back ? "goes on taking back" : "goes on"
            let past = resumption.isPastWindow ? ", past the end of its window" : ""
            self.init(.run, nil, "\(way)\(past); by \(resumption.operatorName.prose)")
        case .phaseStarted(let phase): self.init(.start, phase, "")
        case .phaseResumed(let phase): self.init(.start, phase, "again")
        case .phaseSkipped(let phase, let reason): self.init(.skip, phase, reason.prose)
        case .phaseDone(let phase, let time): self.init(.done, phase, time.duration)
        case .phaseFailed(let phase, let cause, .waiting), .phaseFailed(let phase, let cause, .blocked),
            .phaseFailed(let phase, let cause, .disconnected), .phaseFailed(let phase, let cause, .interrupted):
            self.init(.stop, phase, "stops here: \(cause.line)")
        case .phaseFailed(let phase, let cause, _):
            self.init(
                .noGo,
                phase,
                "phase failed: \(cause.line)",
                headline: "phase failed: \(cause.message.prose)"
            )
        case .catalogsKept, .catalogsLeft, .stepStarted, .stepCommitting, .rowsCounted: return nil
        case .lossFound(let losses, _, let isStopped):
            let words = losses.map(\.words).joined(separator: "; ")
            self.init(
                isStopped ? .stop : .note, nil,
                isStopped
                    ? "nobody has accepted to lose what was written since: \(words)"
                    : "lost with what is taken back: \(words)")
        case .lossAccepted(let losses, _, let by):
            let words = losses.map(\.words).joined(separator: "; ")
            self.init(.note, nil, "accepted to be lost, by \(by.prose): \(words)")
        case .changedByOthers(let changes):
            guard !changes.isEmpty else { return nil }
            self.init(.note, nil, changes.othersWork)
        case .stepApplied(let mark, let rows, let time): self.init(applied: mark, rows: rows, time)
        case .stepPassedOver(let mark, let reason):
            self.init(.skip, mark.phase, "\(mark.title.prose): \(reason.prose)")
        case .stepFailed(let mark, let cause, let leaves): self.init(failed: mark, cause, leaves)
        case .stepResolved(let mark, let resolution):
            let words = "\(mark.step.printable) is \(resolution.verdict.words), says \(resolution.by.prose)"
            self.init(.note, mark.phase, "\(words): \(resolution.reason.prose)")
        case .captured(let name, let result):
            self.init(.kept, nil, "\(name.printable): \(result.summary.prose)")
        case .backedUp(_, let file): self.init(.kept, nil, file.line)
        case .checked(let record): self.init(record)
        case .gateAsked(let phase, let question, let deciders): self.init(gate: phase, question, deciders)
        case .gateAnswered(let phase, let decision):
            let reason = decision.reason.isEmpty ? "" : ": \(decision.reason.prose)"
            self.init(.note, phase, "\(decision.by.printable) says go\(reason)")
        case .gateDecided(let phase, let decision): self.init(decision, at: phase)
        case .noticed(let step, let severity, let code, let message):
            self.init(notice: step, severity, code, message)
        case .stepWaits(let mark, let words): self.init(.note, mark.phase, "\(mark.title.prose) \(words.prose)")
        case .residueAccepted(let phase, let reason, let by):
            self.init(.note, phase, "what is left of it may stay, says \(by.prose): \(reason.prose)")
        case .runRecovered(let recovery): self.init(recovery)
        case .unwindStarted(let phases, _): self.init(.undo, nil, "takes back \(phases.listed(12))")
        case .rollbackStarted(let phase): self.init(.undo, phase, "begins")
        case .rolledBack(let phase, let back): self.init(takenBack: phase, back)
        case .rollbackFailed(let phase, let cause):
            self.init(
                .fail,
                phase,
                "could not be taken back: \(cause.line)",
                headline: "could not be taken back: \(cause.message.prose)",
                below: cause.below
            )
        case .barrier(let phase, let reason):
            self.init(.stop, phase, "irreversible, it stands and what it was built on: \(reason.prose)")
        case .runFinished(let outcome): self.init(.end, nil, outcome.words)
        }
    }

    private init(_ start: Event.RunStart) {
        let direction = start.direction == .back ? "takes back " : ""
        let cycle = start.cycle > 1 ? ", cycle \(start.cycle)" : ""
        let head =
            "\(start.run.printable)  \(direction)plan \(start.plan.prefix(8).description.printable)\(cycle)"
            + "  \(start.name.printable)"
        let targets = start.targets.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "\($0.key.printable): \($0.value.prose)" }
        let who =
            ["by \(start.operatorName.prose)"]
            + (start.approvals.isEmpty ? [] : ["approved by \(start.approvals.map(\.words).joined(separator: "; "))"])
        self.init(.run, nil, ([head] + targets + who).joined(separator: "; "), headline: head, below: targets + who)
    }

    private init(_ recovery: Event.RunRecovery) {
        let lost = recovery.lost.isEmpty ? "" : "; not known any more: \(recovery.lost.listed(12))"
        self.init(.note, nil, "rebuilt from the ledgers by \(recovery.operatorName.prose)\(lost)")
    }

    private init(applied mark: StepMark, rows: Int, _ time: Int) {
        let count = rows > 0 ? "\(Count(rows, "row")), " : ""
        self.init(
            mark.direction == .back ? .undo : .step,
            mark.phase,
            "\(mark.title.prose)  \(count)\(time.duration)"
        )
    }

    private init(failed mark: StepMark, _ cause: FailureCause, _ leaves: Event.Leaves) {
        let left =
            switch leaves {
            case .nothing: "nothing of it was applied"
            case .part: "part of it was applied"
            case .unknown: "whether it was applied is not known"
            }
        self.init(
            .fail,
            mark.phase,
            "\(mark.title.prose): \(cause.line); \(left)",
            headline: mark.title.prose + (cause.place.map { "  \($0.description.printable)" } ?? ""),
            below: [cause.message.prose + cause.code.inBrackets]
                + cause.remarks + [left]
        )
    }

    private init?(_ record: CheckRecord) {
        // What a condition answers is said by the phase: it begins, or it is skipped.
        guard record.moment != .condition else { return nil }
        let word: EventWord =
            switch record.verdict {
            case .pass: .pass
            case .warn: .warn
            case .fail: .fail
            case .error: .error
            }
        let name = record.name.prose
        guard record.verdict != .pass else {
            self.init(word, record.phase, "\(name): \(record.found.prose.clipped(to: 100))\(record.times)")
            return
        }
        let place = record.place.description.printable
        self.init(
            word,
            record.phase,
            "\(name): expected \(record.expected.prose), found \(record.found.prose)\(record.times) (\(place))",
            headline: "\(name)  \(place)",
            below: ["expected  \(record.expected.prose)", "found     \(record.found.prose)"]
                + (record.subject.isEmpty ? [] : [record.subject.prose])
        )
    }

    private init(gate phase: String, _ question: String, _ deciders: [String]) {
        let who = deciders.isEmpty ? "whoever runs it" : deciders.map(\.printable).joined(separator: " + ")
        self.init(
            .gate,
            phase,
            "\(question.prose) (\(who))",
            headline: question.prose,
            below: ["decided by \(who); silence is no-go"]
        )
    }

    private init(_ decision: GateDecision, at phase: String) {
        guard decision.by != GateDecision.nobody else {
            self.init(.note, phase, "its gate is not decided: \(decision.reason.prose)")
            return
        }
        let reason = decision.reason.isEmpty ? "" : "  \"\(decision.reason.prose)\""
        self.init(decision.go ? .go : .noGo, phase, decision.by.prose + reason)
    }

    /// Remarks are told when they warn, or when something was there already: the text of the others is in the journal.
    private init?(notice step: String, _ severity: String, _ code: String, _ message: String) {
        let tells = ["DEBUG", "LOG", "INFO", "NOTICE"].contains(severity) && !code.hasPrefix("42")
        guard !tells else { return nil }
        let phase = step.split(separator: "/").first.map(String.init) ?? step
        self.init(
            .note,
            phase,
            "\(severity.prose) \(message.prose)" + code.inBrackets
        )
    }

    private init(takenBack phase: String, _ back: Event.TakenBack) {
        let serious = back.residue.filter { $0.kind != .rearranged }
        let lesser = back.residue.count - serious.count
        var words =
            back.nothing.map { "nothing to take back: \($0.prose)" } ?? "taken back in \(back.milliseconds.duration)"
        if !back.compared.isEmpty, serious.isEmpty, !back.remaining.isSerious { words += "; schema as before" }
        if !back.covers.isEmpty { words += ", compared with what \(back.covers.listed(6)) did" }
        if !serious.isEmpty { words += "; \(Count(serious.count, "difference")) left in the schema" }
        if lesser > 0 { words += "; \(Count(lesser, "lesser difference"))" }
        if !back.gone.isEmpty { words += "; others' work is gone with it: \(back.gone.names)" }
        let names = back.residue.isEmpty ? "" : ": \(back.residue.map { "\($0.kind.rawValue) \($0.object)" }.listed(6))"
        self.init(.undo, phase, words + names, headline: words, below: back.residue.flatMap(\.lines))
    }
}

extension FailureCause {
    /// Everything but the message, a line each.
    var remarks: [String] {
        [
            statement.map { $0.prose.clipped(to: 120) },
            detail.map { "detail: \($0.prose.clipped(to: 400))" },
            hint.map { "help: \($0.prose.clipped(to: 400))" },
        ].compactMap { $0 }
    }

    /// Place and remarks, a line each.
    var below: [String] {
        let head = code.inBrackets + (place.map { " \($0.description.printable)" } ?? "")
        return (head.isEmpty ? [] : [String(head.dropFirst())]) + remarks
    }
}

extension [Residue] {
    /// What others did in the databases of a run, in a line.
    var othersWork: String {
        "others' work since the run stopped, left as it is: \(names)"
    }

    /// The objects, with how each differs.
    var names: String {
        // What was changed again counts once, as it was changed last.
        let last = Dictionary(map { ("\($0.target) \($0.object)", $0) }) { $1 }.values
        return last.map { "\($0.kind.rawValue) \($0.object.prose)" }.sorted().listed(6)
    }
}

extension CheckRecord {
    /// How often it was asked, when more than once.
    var times: String { attempts == 1 ? "" : ", asked \(attempts) times" }
}

extension Residue {
    /// What differs, with the definitions before and now below it.
    var lines: [String] {
        let name = "\(object.printable.shortened(to: 100))  on \(target.printable)"
        switch kind {
        case .rearranged where object.hasPrefix("internal tables"):
            return ["remark: \(name) were \(before.orNone), now \(after.orNone)"]
        case .rearranged: return ["remark: \(name) is in another order or has other blanks"]
        case .missing: return ["missing  \(name)"] + described("was", before)
        case .added: return ["added    \(name)"] + described("now", after)
        case .changed: return ["changed  \(name)"] + described("was", before) + described("now", after)
        }
    }

    private func described(_ word: String, _ definition: String?) -> [String] {
        guard let definition, !definition.isEmpty else { return [] }
        return ["  \(word)  \(definition.prose.shortened(to: 100))"]
    }
}

extension Outcome {
    /// The outcome in words, in lower case.
    var words: String {
        switch self {
        case .done: "done"
        case .nothingToDo: "nothing to do"
        case .stopped: "stopped"
        case .unwound: "failed, rolled back"
        case .stuck: "stuck: taking back failed or left something"
        case .noGo: "no-go before any SQL was applied"
        case .unknown: "outcome unknown"
        case .interrupted: "stopped by a signal"
        case .waiting: "waiting at a gate"
        case .superseded: "taken over by another runner"
        case .rolledBack: "rolled back, as asked"
        }
    }
}

extension String? {
    fileprivate var orNone: String { self?.isEmpty ?? true ? "none" : self?.prose ?? "none" }
}

extension Resolution.Verdict {
    /// What a step is, for people.
    public var words: String {
        switch self {
        case .applied: "applied"
        case .notApplied: "not applied"
        case .skip: "left out"
        }
    }
}
