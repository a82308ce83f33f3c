import CanonicalJSON
import Databases
@testable import Reports
import Testing

@testable import Execution
@testable import Planning

struct `A run as it goes on` {
    @Test(arguments: SampleRun.all.indices) func `has a line for a log for each event that is worth one`(
        _ index: Int
    ) {
        let run = SampleRun.all[index]
        let text = SampleRun.lines(run.events).compactMap { EventLine.plain($0) }.map { $0 + "\n" }.joined()
        Golden.expect(text, is: "\(run.name)/plain.txt")
    }

    @Test(arguments: SampleRun.all.indices) func `has lines for a terminal`(_ index: Int) {
        let run = SampleRun.all[index]
        let text = SampleRun.lines(run.events).compactMap { line in
            EventLine.terminal(line, clock: line.time.dropFirst(11).prefix(8).description).map { $0 + "\n" }
        }.joined()
        Golden.expect(text, is: "\(run.name)/terminal.txt")
    }

    @Test func `is as JSON what the journal holds, without its chain`() {
        let lines = SampleRun.lines(SampleRun.unwound)
        Golden.expect(lines.map { EventJSON.line($0) + "\n" }.joined(), is: "unwound/events.jsonl")
        for line in lines {
            let json = try? JSON(parsing: Array(EventJSON.line(line).utf8))
            #expect(json.flatMap(Event.init(json:)) == line.event)
            #expect(json?["prev"] == nil && json?["hash"] == nil)
        }
    }
}

struct `A run that ended` {
    @Test(arguments: SampleRun.all.indices) func `says how, how things are, and what to do next`(_ index: Int) {
        let run = SampleRun.all[index]
        let state = RunState(run.events)
        guard let outcome = state.outcome else { return }
        let text = RunSummary.render(state, outcome: outcome, plan: SamplePlan.full, milliseconds: 4_741_000)
        Golden.expect(text, is: "\(run.name)/summary.txt")
    }

    @Test(arguments: Outcome.allCases) func `names one next command, whatever the outcome`(_ outcome: Outcome) {
        let state = RunState(SampleRun.upToGraph)
        for plan in [SamplePlan.full, nil] {
            let text = RunSummary.render(state, outcome: outcome, plan: plan, milliseconds: 1)
            let next = text.split(separator: "\n").filter { $0.hasPrefix("Next   ") }
            #expect(next.count == 1)
            #expect(text.hasSuffix("\n"))
        }
    }

    @Test func `that left nothing is given up, not taken back`() {
        let state = RunState([SampleRun.started()])
        for outcome in [Outcome.interrupted, .stopped, .waiting, nil] {
            let text = RunSummary.render(state, outcome: outcome, plan: SamplePlan.full)
            #expect(text.hasSuffix("\nor     gonogo rollback r-1018-ab3f  to give it up\n"), "\(text)")
        }
    }

    @Test func `says so when it failed before anything took effect`() {
        let mark = SampleRun.mark("m006", "m006/1", "006.sql")
        let state = RunState([
            SampleRun.started(), .phaseStarted(phase: "m006"), .catalogsKept(phase: "m006", catalogs: ["prod": "aa"]),
            .stepStarted(mark),
            .stepFailed(mark, cause: SampleRun.cause, leaves: .nothing),
            .phaseFailed(phase: "m006", cause: SampleRun.cause),
        ])
        func words(_ more: Event...) -> String {
            var state = state
            more.forEach { state.apply($0) }
            return RunSummary.render(state, outcome: .unwound, plan: nil, milliseconds: 1)
        }
        #expect(words().contains("Nothing took effect.\n"))
        let compared = words(
            .rolledBack(
                phase: "m006", .init(nothing: "nothing of it took effect", compared: ["prod"], milliseconds: 1)))
        #expect(compared.contains("Nothing took effect. Schema as before, compared after the failure.\n"))
    }

    @Test(arguments: [
        ("m007", "phases that ran at the same time still stand."), (nil, "what it was before is not known."),
    ])
    func `says why no schema was compared`(beside: String?, reason: String) {
        var events: [Event] = [SampleRun.started()]
        for phase in ["m006"] + [beside].compactMap({ $0 }) {
            events += [
                .phaseStarted(phase: phase), .catalogsKept(phase: phase, catalogs: ["prod": "aa"]),
                .stepApplied(SampleRun.mark(phase, "\(phase)/1", "x.sql"), rows: 0, milliseconds: 1),
                .phaseDone(phase: phase, milliseconds: 1),
            ]
        }
        events += [.rollbackStarted(phase: "m006"), .rolledBack(phase: "m006", .init(compared: [], milliseconds: 1))]
        let text = RunSummary.render(RunState(events), outcome: .rolledBack, plan: nil, milliseconds: 1)
        #expect(text.contains("The schema could not be compared after m006: \(reason)\n"), "\(text)")
    }

    @Test func `goes on to its end once somebody said that what is left may stay`() {
        let left = Residue(target: "prod", kind: .added, object: "table t", before: nil, after: "x")
        let events: [Event] = [
            SampleRun.started(), .phaseStarted(phase: "m006"), .rollbackStarted(phase: "m006"),
            .rolledBack(phase: "m006", .init(compared: ["prod"], residue: [left], milliseconds: 1)),
        ]
        let stuck = RunSummary.render(RunState(events), outcome: .stuck, plan: nil, milliseconds: 1)
        #expect(stuck.contains("or     gonogo resolve r-1018-ab3f m006 --as accepted --reason WHY  when it may stay\n"))
        let said = events + [.residueAccepted(phase: "m006", reason: "theirs", by: "me")]
        let text = RunSummary.render(RunState(said), outcome: .stuck, plan: nil, milliseconds: 1)
        #expect(text.hasSuffix("Next   gonogo resume r-1018-ab3f\n"), "\(text)")
    }

    @Test func `tells what others did, and what of it is gone`() {
        func added(_ object: String) -> Residue {
            Residue(target: "prod", kind: .added, object: object, before: nil, after: "x")
        }
        let events: [Event] = [
            SampleRun.started(), .changedByOthers([added("table theirs"), added("column a.theirs")]),
            .phaseStarted(phase: "m006"), .catalogsKept(phase: "m006", catalogs: ["prod": "aa"]),
            .rollbackStarted(phase: "m006"),
            .rolledBack(
                phase: "m006", .init(compared: ["prod"], gone: [added("column a.theirs")], milliseconds: 1)),
        ]
        let text = RunSummary.render(RunState(events), outcome: .rolledBack, plan: nil, milliseconds: 1)
        #expect(text.contains("Others' work since the run stopped, left as it is: added table theirs\n"), "\(text)")
        #expect(text.contains("Gone with what was taken back, though others had made it: added column a.theirs\n"))
    }

    @Test func `says what nothing takes back, and how to go on from where others stand`() {
        let program = SampleRun.mark("backup", "backup/1", "dump")
        let start: [Event] = [
            SampleRun.started(), .phaseStarted(phase: "backup"), .stepStarted(program),
            .stepApplied(program, rows: 0, milliseconds: 1), .phaseDone(phase: "backup", milliseconds: 1),
        ]
        let noGo = RunSummary.render(RunState(start), outcome: .noGo, plan: SamplePlan.full, milliseconds: 1)
        #expect(noGo.contains("No SQL was applied. Programs ran in backup; what they did stands.\n"))
        let six = SampleRun.mark("m006", "m006/1", "006.sql")
        let seven = SampleRun.mark("m007", "m007/1", "007.sql")
        let state = RunState(
            start + [
                .phaseStarted(phase: "m006"), .stepApplied(six, rows: 0, milliseconds: 1),
                .phaseDone(phase: "m006", milliseconds: 1), .phaseStarted(phase: "m007"),
                .stepApplied(seven, rows: 0, milliseconds: 1), .phaseFailed(phase: "m007", cause: SampleRun.cause),
                .unwindStarted(phases: ["m007"]), .rollbackStarted(phase: "m007"),
                .rollbackFailed(phase: "m007", cause: SampleRun.cause),
            ])
        let commands = NextCommands(
            runbook: "a b.yaml", planOptions: ["--var", "x=1 2"], options: ["--state", "my runs"])
        func next(_ outcome: Outcome) -> Substring? {
            RunSummary.render(state, outcome: outcome, plan: SamplePlan.full, commands: commands, milliseconds: 1)
                .split(separator: "\n").last
        }
        #expect(next(.stuck)?.hasSuffix("gonogo rollback r-1018-ab3f --to m006 --state 'my runs'") == true)
        #expect(next(.unwound)?.hasSuffix("gonogo plan 'a b.yaml' --var 'x=1 2'") == true)
    }

    @Test(arguments: SampleRun.all.indices) func `is told in full`(_ index: Int) {
        let run = SampleRun.all[index]
        let text = RunReport.text(SampleRun.lines(run.events), plan: SamplePlan.full)
        Golden.expect(text, is: "\(run.name)/report.txt")
    }

    @Test func `is told in full to programs`() {
        let json = RunReport.json(SampleRun.lines(SampleRun.stuck), plan: SamplePlan.full)
        Golden.expect(json.prettyText + "\n", is: "stuck/report.json")
    }

    @Test func `is told as far as its journal goes`() {
        #expect(RunReport.text([], plan: nil) == "The journal holds no run.\n")
        let text = RunReport.text(SampleRun.lines(Array(SampleRun.unwound.prefix(3))), plan: nil)
        #expect(text.contains("not yet, or its process was lost"))
        #expect(text.contains("has not answered"))
    }
}

struct `Runs as a list` {
    private var runs: [RunList.Entry] {
        SampleRun.all.enumerated().map { index, run in
            RunList.Entry(run: "r-1018-a\(index)", lines: SampleRun.lines(run.events))
        }
    }

    @Test func `say how long a run took, not when it was taken back`() {
        let done = SampleRun.lines(SampleRun.done)
        let back: [Event] = [.unwindStarted(phases: ["m006"]), .runFinished(.rolledBack)]
        let later = SampleRun.lines(SampleRun.done + back)
        let columns = [done, later].map { lines in
            RunList.text([RunList.Entry(run: "r", lines: lines)]).split(separator: "\n")[1]
        }
        #expect(columns[0].contains("  done  ") && columns[1].contains("  rolled back  "))
        let took = columns.map { $0.split(separator: "Z")[1].split(separator: " ")[0] }
        #expect(took[0] == took[1])
    }

    @Test func `say how long all of its processes worked together`() {
        let resumed = Event.runResumed(
            Event.RunResumption(direction: .forward, epoch: 2, targets: [:], operatorName: "ana"))
        let killed: [Event] = [SampleRun.started(), .phaseStarted(phase: "m006")]
        let events: [Event] = [resumed, .phaseStarted(phase: "m006"), .runFinished(.done)]
        #expect(RunList.Entry(run: "r", lines: SampleRun.lines(killed)).worked == nil)
        #expect(RunList.Entry(run: "r", lines: SampleRun.lines(killed + events)).worked == 3000)
        let stopped = killed + [.runFinished(.interrupted)]
        #expect(RunList.Entry(run: "r", lines: SampleRun.lines(stopped + events)).worked == 4000)
    }

    @Test func `say how each ended and what of it stands`() {
        Golden.expect(RunList.text(runs), is: "list/list.txt")
        Golden.expect(RunList.json(runs).prettyText + "\n", is: "list/list.json")
        #expect(RunList.text([]) == "No runs.\n")
        #expect(RunList.json([]) == .array([]))
    }
}
