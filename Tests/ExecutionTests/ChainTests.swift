import CanonicalJSON
import Databases
@testable import Execution
@testable import Planning
import Testing

/// One event of every kind; a kind that is missing does not compile.
enum EveryEvent {
    static let mark = StepMark(
        phase: "one", step: "one/1", direction: .forward, title: "a.sql", stepClass: .transactional)
    static let cause = FailureCause(
        message: "no",
        code: "23505",
        place: Place(file: "a.sql", line: 3),
        statement: "INSERT",
        detail: "d",
        hint: "h"
    )
    static let record = CheckRecord(
        phase: "one",
        id: "one/check-1",
        name: "rows",
        moment: .precondition,
        verdict: .warn,
        expected: "1",
        found: "2",
        subject: "SELECT",
        milliseconds: 4,
        place: Place(file: "r.yaml", line: 9)
    )
    static let captured = CapturedResult(
        StatementResult(
            tag: "SELECT 1",
            columns: [.init(name: "a", type: "int4")],
            rows: [[.null], [.text("ä\n")]],
            rowCount: 2,
            notices: []
        )
    )
    static let residue = [
        Residue(target: "main", kind: .changed, object: "table t", before: "a", after: "b"),
        Residue(target: "main", kind: .added, object: "index i", before: nil, after: "b"),
    ]

    static let losses = [
        ["phase": "one", "what": ["target": "main", "table": "t"], "rows": 3],
        ["phase": "one", "what": ["target": "main", "schema": "s", "table": "t", "column": "c"]],
    ].compactMap { Loss($0) }

    static let all: [Event] =
        [
            .runStarted(
                .init(
                    run: "r-1",
                    direction: .back,
                    name: "n",
                    plan: "p",
                    cycle: 2,
                    targets: ["main": "PostgreSQL"],
                    operatorName: "me",
                    approvals: [
                        GivenApproval(identity: "ana", role: "lead", at: "now", until: "then", key: "SHA256:k"),
                        GivenApproval(identity: "raj", role: "dba", at: "now", until: nil, key: nil),
                    ]
                )
            ),
            .runResumed(.init(direction: .back, epoch: 2, targets: ["main": "here"], operatorName: "you")),
            .phaseStarted(phase: "one"), .phaseResumed(phase: "one"),
            .catalogsKept(phase: "one", catalogs: ["main": "ab"]),
            .phaseSkipped(phase: "one", reason: "why"),
            .phaseDone(phase: "one", milliseconds: 5), .phaseFailed(phase: "one", cause: cause), .stepStarted(mark),
            .stepCommitting(mark), .stepApplied(mark, rows: 3, milliseconds: 7), .stepPassedOver(mark, reason: "there"),
            .stepFailed(mark, cause: FailureCause(message: "no"), leaves: .part),
            .stepResolved(mark, Resolution(.notApplied, reason: "looked", by: "me")),
            .captured(name: "c", result: captured),
            .captured(name: "c", result: captured.fingerprintOnly), .checked(record),
            .backedUp(step: "one/2", BackupFile(path: "b.db", bytes: 4096, objects: 2, digest: Digest(of: "b"))),
            .gateAsked(phase: "one", question: "go?", deciders: ["lead", "dba"]),
            .gateAnswered(phase: "one", decision: GateDecision(go: true, by: "dba", reason: "fine")),
            .gateDecided(phase: "one", decision: GateDecision(go: false, by: "lead", reason: "tired")),
            .noticed(step: "one/1", severity: "NOTICE", code: "00000", message: "hm"),
            .stepWaits(mark, words: "waits for somebody"),
            .runRecovered(.init(heads: ["ab"], lost: ["checks"], operatorName: "me")),
            .unwindStarted(phases: ["two", "one"], kept: ["three"]), .rollbackStarted(phase: "one"),
            .rolledBack(
                phase: "one",
                .init(
                    compared: ["main"], covers: ["two"], residue: residue, remaining: residue, gone: residue,
                    milliseconds: 8)),
            .rolledBack(phase: "one", .init(nothing: "reads", compared: [], milliseconds: 0)),
            .rollbackFailed(phase: "one", cause: cause),
            .barrier(phase: "one", reason: "gone"), .catalogsLeft(["main": "cd"]), .changedByOthers(residue),
            .residueAccepted(phase: "one", reason: "theirs", by: "me"), .rowsCounted(phase: "one", rows: losses),
            .lossFound(losses, token: "3-ab", isStopped: true), .lossAccepted(losses, token: "3-ab", by: "me"),
        ] + Outcome.allCases.map(Event.runFinished)

    /// The place of an event's kind in the list; the compiler sees that no kind is left out.
    static func number(_ event: Event) -> Int {
        switch event {
        case .runStarted: 0
        case .phaseStarted: 1
        case .phaseSkipped: 2
        case .phaseDone: 3
        case .phaseFailed: 4
        case .stepStarted: 5
        case .stepCommitting: 6
        case .stepApplied: 7
        case .stepPassedOver: 8
        case .stepFailed: 9
        case .captured: 10
        case .checked: 11
        case .gateAsked: 12
        case .gateDecided: 13
        case .noticed: 14
        case .unwindStarted: 15
        case .rollbackStarted: 16
        case .rolledBack: 17
        case .rollbackFailed: 18
        case .barrier: 19
        case .runFinished: 20
        case .catalogsKept: 21
        case .runResumed: 22
        case .phaseResumed: 23
        case .stepResolved: 24
        case .stepWaits: 25
        case .runRecovered: 26
        case .backedUp: 27
        case .gateAnswered: 28
        case .catalogsLeft: 29
        case .changedByOthers: 30
        case .residueAccepted: 31
        case .rowsCounted: 32
        case .lossFound: 33
        case .lossAccepted: 34
        }
    }
}

struct `An event` {
    @Test(arguments: EveryEvent.all)
    func `is read back as it was written`(event: Event) throws {
        var members = event.json
        members["type"] = .string(event.type)
        let text = JSON.object(members).canonicalText
        #expect(Event(json: try JSON(parsing: Array(text.utf8))) == event)
    }

    @Test func `of every kind is in these tests, under a word of its own`() {
        #expect(Set(EveryEvent.all.map(EveryEvent.number)).count == 35)
        #expect(Set(EveryEvent.all.map(\.type)).count == 35)
    }

    @Test func `of a later version is not guessed at`() {
        #expect(Event(json: ["type": "run.paused"]) == nil)
        #expect(Event(json: ["type": "run.finished", "outcome": "splendid"]) == nil)
        #expect(Event(json: ["type": "step.started"]) == nil)
    }
}

struct `A journal` {
    static func bytes(_ events: [Event]) -> [[UInt8]] {
        var previous = JournalLine.origin
        return events.enumerated().map { index, event in
            let (line, bytes) = JournalLine.next(
                event, sequence: index + 1, time: "2026-01-01T00:00:00.000Z", after: previous)
            previous = line.hash
            return bytes
        }
    }

    private func problem(_ lines: [[UInt8]]) -> DamagedJournal? {
        do throws(DamagedJournal) {
            _ = try JournalLine.read(Array(lines.joined()))
            return nil
        } catch {
            return error
        }
    }

    @Test func `is read back as it was written`() throws {
        let lines = try JournalLine.read(Array(Self.bytes(EveryEvent.all).joined()))
        #expect(lines.map(\.event) == EveryEvent.all)
        #expect(lines.map(\.sequence) == Array(1...EveryEvent.all.count))
    }

    @Test func `shows every byte that was changed`() throws {
        let lines = Self.bytes(Array(EveryEvent.all.prefix(3)))
        let whole = Array(lines.joined())
        for index in whole.indices where whole[index] != 0x0A {
            var bytes = whole
            bytes[index] ^= 1
            #expect(throws: DamagedJournal.self) { _ = try JournalLine.read(bytes) }
        }
    }

    @Test func `shows the line that is missing, doubled or moved`() {
        let lines = Self.bytes(EveryEvent.all)
        for index in 0..<lines.count - 1 {
            var dropped = lines
            dropped.remove(at: index)
            #expect(problem(dropped)?.line == index + 1)
            var moved = lines
            moved.swapAt(index, index + 1)
            #expect(problem(moved)?.line == index + 1)
            var doubled = lines
            doubled.insert(lines[index], at: index)
            #expect(problem(doubled)?.line == index + 2)
        }
        // A journal that lost its end is a whole journal: the ledger's markers tell.
        #expect(problem(Array(lines.dropLast())) == nil)
    }

    @Test func `of another form is not read, though its chain holds and its events are known`() {
        var members = EveryEvent.all[0].json
        members["v"] = .integer(2)
        members["seq"] = .integer(1)
        members["ts"] = .string("t")
        members["type"] = .string(EveryEvent.all[0].type)
        members["prev"] = .string(JournalLine.origin.hex)
        let hash = Digest(of: Array(JournalLine.origin.hex.utf8) + JSON.object(members).canonicalBytes)
        members["hash"] = .string(hash.hex)
        let line = JSON.object(members).canonicalBytes + [0x0A]
        let damage = #expect(throws: DamagedJournal.self) { try JournalLine.read(line) }
        #expect(damage?.problem == "written in form 2, and this version reads form 1")
    }

    @Test func `leaves out a last line that was torn`() throws {
        let lines = Self.bytes(EveryEvent.all)
        let last = try #require(lines.last)
        for length in 1..<last.count {
            let read = try JournalLine.read(Array(lines.dropLast().joined()) + last.prefix(length))
            #expect(read.count == lines.count - 1)
        }
    }
}

struct `The state of a run` {
    @Test func `follows any journal, however it was cut or shuffled`() {
        for length in 0...EveryEvent.all.count { _ = RunState(EveryEvent.all.prefix(length)) }
        var generator = Numbers(seed: 7)
        for _ in 0..<200 { _ = RunState(EveryEvent.all.shuffled(using: &generator)) }
    }

    @Test func `is the same replayed as it was live`() {
        var live = RunState()
        for (index, event) in EveryEvent.all.enumerated() {
            live.apply(event)
            #expect(live == RunState(EveryEvent.all.prefix(index + 1)))
        }
    }

    @Test func `knows what stands`() {
        var state = RunState()
        state.apply(.phaseStarted(phase: "one"))
        #expect(state.phase("one")?.standsToBeUndone == false)
        state.apply(.stepStarted(EveryEvent.mark))
        #expect(state.phase("one")?.standsToBeUndone == true)
        #expect(state.phase("one")?.inDoubt == "one/1")
        state.apply(.stepFailed(EveryEvent.mark, cause: EveryEvent.cause, leaves: .nothing))
        state.apply(.phaseFailed(phase: "one", cause: EveryEvent.cause))
        #expect(state.phase("one")?.standsToBeUndone == false)
        state.apply(.stepStarted(EveryEvent.mark))
        state.apply(.stepApplied(EveryEvent.mark, rows: 1, milliseconds: 1))
        #expect(state.phase("one")?.applied == ["one/1"])
        state.apply(.rollbackStarted(phase: "one"))
        state.apply(.rolledBack(phase: "one", .init(compared: ["main"], milliseconds: 1)))
        #expect(state.phase("one")?.standsToBeUndone == false)
    }

    @Test func `keeps of the differences told only what the latest comparison finds`() {
        let mark = EveryEvent.mark
        func residue(_ object: String, _ before: String) -> Residue {
            Residue(target: "main", kind: .changed, object: object, before: before, after: "numeric")
        }
        let start: [Event] = [.phaseStarted(phase: "zero"), .phaseStarted(phase: "one"), .stepStarted(mark)]
        let (told, gone, anew) = (residue("table a", "x"), residue("column v", "text"), residue("column v", "integer"))
        var state = RunState(start)
        state.apply(.rolledBack(phase: "one", .init(compared: ["main"], residue: [told, gone], milliseconds: 1)))
        state.apply(
            .rolledBack(phase: "zero", .init(compared: ["main"], residue: [anew], remaining: [told], milliseconds: 1)))
        #expect(state.phase("one")?.residue == [told])
        #expect(state.phase("zero")?.residue == [anew])
        // Another database tells nothing of this one.
        state.apply(.rolledBack(phase: "zero", .init(compared: ["other"], milliseconds: 1)))
        #expect(state.phase("one")?.residue == [told])
        state.apply(.rolledBack(phase: "one", .init(compared: ["main"], milliseconds: 1)))
        #expect(state.phases.allSatisfy { !$0.leftSomething })
    }

    @Test func `does not count what only reads`() {
        let mark = StepMark(
            phase: "one", step: "one/1", direction: .forward, title: "capture", stepClass: .readOnly)
        let state = RunState([.phaseStarted(phase: "one"), .stepApplied(mark, rows: 1, milliseconds: 1)])
        #expect(state.phase("one")?.hasEffect == false)
    }
}

/// Numbers that look random and come again.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
