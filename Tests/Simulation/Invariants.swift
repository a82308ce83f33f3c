import Databases
import Execution
import Glibc
import Planning

/// What must always be so, held against what servers and programs themselves know to have happened.
final class Invariants {
    private unowned let world: World
    private(set) var violations: [String] = []
    /// By server, the process that took the run last.
    private var owners: [String: Int] = [:]
    /// The servers on which taking back began.
    private var isGoingBack: Set<String> = []
    /// The phases whose gate said go, by run.
    private var gates: Set<String> = []
    /// The marks of the run that acts now, and how many runs there were.
    private var marked: [String: Set<String>] = [:]
    private var runs: Set<String> = []
    /// The processes that stopped because of a lock or a connection, whatever they had done by then.
    private var heldUp: Set<Int> = []
    /// Steps of which a part is known to be there.
    private var inPart: Set<String> = []
    /// When the window of the last run ends.
    private var windowEnd: ClockTime?
    /// Whether nothing goes wrong any more.
    var isHealing = false

    init(_ world: World) { self.world = world }

    func report(_ words: String) {
        guard !violations.contains(words) else { return }
        violations.append(words)
        world.tell("!!! \(words)")
    }

    /// Text that a person sees.
    func show(_ words: String) {
        if words.contains(World.canary) { report("I6: a secret is shown: \(words)") }
    }

    /// Looks for the secret in every file, plans and journals.
    func search(_ disk: SimulatedDisk) {
        let canary = Array(World.canary.utf8)
        for (name, node) in disk.names where node.bytes.holds(canary) { report("I6: a secret is in \(name)") }
    }

    // MARK: What takes effect

    func tookEffect(_ change: Store.Change, on server: SimulatedServer, by incarnation: Int) {
        world.tell("    \(server.name) by \(incarnation): \(change)")
        switch change {
        case .addRun(let run):
            owners[server.name] = incarnation
            marked[server.name] = []
            if runs.insert(run.run).inserted { gates = [] }
            isGoingBack.remove(server.name)
            return
        case .changeRun(_, _, _, let owner, _):
            if owner != nil { owners[server.name] = incarnation }
            return
        case .makeLedger, .addMarker, .setMarker, .removeMarker: return
        case .mark(let token):
            let isNew = marked[server.name, default: []].insert(token).inserted
            if !isNew { report("I1: \(token) took effect twice") }
            if isGoingBack.contains(server.name) { report("\(token) went forward after taking back began") }
        case .makeTable(let name):
            if isGoingBack.contains(server.name) { report("\(name) went forward after taking back began") }
        case .unmark(let token):
            marked[server.name]?.remove(token)
            isGoingBack.insert(server.name)
        case .dropTable: isGoingBack.insert(server.name)
        case .setIndex, .dropIndex, .vacuum: break
        }
        guard let owner = owners[server.name], owner != incarnation else { return }
        report("process \(incarnation) acted on \(server.name) after process \(owner) had taken over: \(change)")
    }

    // MARK: What is written down

    func heard(_ line: JournalLine, by process: Incarnation) {
        world.coverage.heard(line.event, by: process.number)
        watchWindow(line)
        switch line.event {
        case .stepApplied(let mark, _, _) where mark.direction == .forward: acknowledged(mark.step)
        case .stepFailed(let mark, _, .nothing) where mark.direction == .forward: denied(mark.step)
        case .stepFailed(let mark, _, .part): inPart.insert(mark.step)
        case .phaseFailed(_, _, .blocked), .phaseFailed(_, _, .disconnected): heldUp.insert(process.number)
        case .noticed(_, "WARNING", _, let words) where words.hasSuffix("did not answer any more"):
            // While it was taking back.
            heldUp.insert(process.number)
        case .gateAsked(let phase, _, _):
            if gates.contains(phase) { report("the gate of \(phase) is asked again after it said go") }
        case .gateDecided(let phase, let decision):
            if decision.go { gates.insert(phase) }
        default: break
        }
    }

    /// Nothing begins, and no gate says go, outside the window of the run.
    private func watchWindow(_ line: JournalLine) {
        guard let window = world.scenario.plan.budget.window, let time = ClockTime(line.time) else { return }
        switch line.event {
        case .runStarted(let start) where start.direction == .forward:
            if let start = window.start?.time, time < start { report("a run began before its window") }
            windowEnd = max(windowEnd ?? time, window.end(begun: time))
        case .phaseStarted(let phase), .phaseResumed(let phase):
            if let windowEnd, time >= windowEnd { report("\(phase) began after the window of its run") }
        case .gateDecided(let phase, let decision) where decision.go:
            if let windowEnd, time > windowEnd { report("the gate of \(phase) said go after the window of its run") }
        default: break
        }
    }

    private func acknowledged(_ id: String) {
        guard let (phase, step) = world.scenario.step(id), step.kind.isKnown else { return }
        if presence(step, phase) != .whole { report("I3: \(id) is written down as applied and is not there") }
    }

    private func denied(_ id: String) {
        guard let (phase, step) = world.scenario.step(id), step.kind.isKnown, isFirst(phase) else { return }
        guard !inPart.contains(id) else { return }
        if presence(step, phase) != .none {
            report("I4: \(id) is written down as failed without a trace, and left one")
        }
    }

    /// How much of a step is there.
    enum Presence { case none, part, whole }

    func presence(_ step: Scenario.Step, _ phase: Scenario.Phase) -> Presence {
        guard let store = world.servers[phase.target]?.store else { return .none }
        let isMarked = store.marks[step.token] != nil
        let hasTable = store.tables.contains("t_" + step.token)
        switch step.kind {
        case .table, .parts: return isMarked && hasTable ? .whole : isMarked || hasTable ? .part : .none
        case .index: return store.indexes["i_" + step.token].map { $0 ? .whole : .part } ?? .none
        case .program, .blindProgram: return world.programs.done[step.token, default: 0] > 0 ? .whole : .none
        default: return isMarked ? .whole : .none
        }
    }

    // MARK: How processes end

    func ended(_ started: World.Started) {
        guard let ending = started.ending else { return }
        let process = started.process
        for link in world.links where link.owner === process && link.state != .lost && link.isOld {
            report("I7: process \(process.number) ends with a session open: \(link.account)")
        }
        switch ending {
        case .resolved: break
        case .tookOver: world.coverage.count(.takenOver)
        case .refused(let refusal):
            world.coverage.refused(refusal)
            check(refusal, started)
        case .ended(let result):
            if result.journalFailure != nil { world.coverage.count(.journalUnwritable) }
            check(result, process)
        }
    }

    private func check(_ refusal: RunRefusal, _ started: World.Started) {
        show("\(refusal)")
        switch refusal {
        case .locked, .alreadyDone, .unfinished, .orphaned, .nothingToResume, .takenBackAlready, .nothingToRollBack,
            .notInDoubt, .otherHolder, .outsideWindow, .losesData:
            break
        case .cannotConnect, .ledgerUnusable, .state:
            if isHealing { report("I5: nothing goes wrong, and \(started.command) is refused: \(refusal)") }
        case .runNotInLedger:
            if case .takeOver = started.command { break }
            report("I5: \(started.command) is refused: \(refusal)")
        case .unreadable where started.process.faults.diskFailures > 0: break
        default: report("I5: \(started.command) is refused: \(refusal)")
        }
    }

    private func check(_ result: RunResult, _ process: Incarnation) {
        let state = result.state
        // Nobody took the run up in the moment before its process ended.
        guard owners.values.allSatisfy({ $0 == process.number }) else { return }
        for phase in world.scenario.phases { compare(phase, state) }
        func expect(_ isSo: Bool, _ words: String) {
            if !isSo { report("I9: the outcome is \(result.outcome.rawValue), and \(words)") }
        }
        guard result.journalFailure == nil else { return }
        switch result.outcome {
        case .done:
            let open = world.scenario.phases.filter { ![.done, .skipped].contains(state.phase($0.id)?.status) }
            expect(open.isEmpty, "\(open.map(\.id)) are not done")
        case .unwound, .noGo, .rolledBack:
            for phase in world.scenario.phases where phase.rollback == .whole || phase.rollback == .irreversible {
                if result.outcome == .rolledBack, phase.rollback == .irreversible { continue }
                for step in phase.steps where step.kind.isKnown {
                    expect(presence(step, phase) == .none, "\(step.token) is there")
                }
            }
        case .stuck:
            expect(
                state.phases.contains { $0.leftSomething || $0.status == .rollbackFailed }, "nothing is in the way")
        case .unknown:
            expect(state.phases.contains { $0.inDoubt != nil }, "everything is known")
        case .interrupted: expect(process.isInterrupted, "no signal came")
        case .stopped:
            let isPassing = state.phases.contains { $0.failure == .blocked || $0.failure == .disconnected }
            expect(
                isPassing || state.stands(world.scenario) || heldUp.contains(process.number), "nothing stands")
        case .superseded: expect(owners.values.contains { $0 != process.number }, "nobody took over")
        case .waiting:
            let isAsked = state.lossToken != nil || state.phases.contains { $0.failure == .waiting }
            expect(isAsked, "no gate waits and nothing would be lost")
        case .nothingToDo: break
        }
    }

    /// Whether what is there of a phase can only be the run's own: no earlier run left anything of it.
    private func isFirst(_ phase: Scenario.Phase) -> Bool { runs.count < 2 || phase.rollback == .whole }

    /// Holds what a run says of a phase against what is there.
    func compare(_ phase: Scenario.Phase, _ state: RunState) {
        guard let known = state.phase(phase.id) else {
            guard isFirst(phase) else { return }
            for step in phase.steps where step.kind.isKnown && presence(step, phase) != .none {
                report("I9: \(step.token) is there, and its phase never began")
            }
            return
        }
        for (index, step) in phase.steps.enumerated() where step.kind.isKnown {
            let id = "\(phase.id)/\(index + 1)"
            let presence = presence(step, phase)
            guard isFirst(phase) || presence == .none, state.resolutions[id]?.verdict != .skip else { continue }
            switch known.status {
            case .done:
                if presence != .whole { report("I2: \(id) is not there, and its phase is done") }
            case .rolledBack:
                if presence != .none, phase.rollback == .whole {
                    report("I9: \(id) is there, and its phase was taken back")
                }
            case .skipped:
                if presence != .none { report("I9: \(id) is there, and its phase was skipped") }
            case .running, .failed:
                guard known.inDoubt != id, !known.partly.contains(id) else { continue }
                if presence != (known.applied.contains(id) ? .whole : .none) {
                    report("I9: \(id) is \(presence), and the run says otherwise")
                }
            case .rollingBack, .rollbackFailed: break
            }
        }
    }
}

extension [UInt8] {
    /// Whether these bytes are somewhere in it.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        withUnsafeBytes { bytes in
            guard var start = bytes.baseAddress else { return false }
            let end = start + bytes.count
            while let found = memchr(start, Int32(part[0]), end - start), UnsafeRawPointer(found) + part.count <= end {
                if memcmp(found, part, part.count) == 0 { return true }
                start = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }
}

extension Scenario.Kind {
    /// Whether its effect can be told from the outside, and is there once.
    var isKnown: Bool {
        switch self {
        case .mark, .table, .parts, .fragile, .index, .call: true
        case .vacuum, .program, .blindProgram, .capture: false
        }
    }
}

extension RunState {
    /// Whether something that a run did is there.
    fileprivate func stands(_ scenario: Scenario) -> Bool { !standing(in: scenario.plan).isEmpty }
}
