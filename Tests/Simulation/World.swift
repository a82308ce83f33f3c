import CanonicalJSON
import Databases
import Execution
import Planning

/// Everything around one run: machines, servers, people, and all that happens to them, decided by one seed.
package final class World: @unchecked Sendable {
    let scheduler: Scheduler
    let origin = ContinuousClock.now
    let disk = SimulatedDisk()
    let scenario: Scenario
    private(set) var servers: [String: SimulatedServer] = [:]
    /// Sessions whose client has not let go of them.
    var links: [Link] = []
    var weather = Weather.fair
    private(set) lazy var programs = Programs(self)
    private(set) lazy var invariants = Invariants(self)
    package let coverage = Coverage()
    private(set) var incarnations: [Incarnation] = []
    /// What happened, for people.
    package private(set) var account: [String] = []
    var keepsAccount = false

    /// The secret that must not be anywhere.
    static let canary = "canary-4f1c9a72"
    static let state = "/state"

    init(_ scenario: Scenario, _ chance: Chance) {
        self.scenario = scenario
        scheduler = Scheduler(chance)
        for target in scenario.plan.targets { servers[target.name] = SimulatedServer(self, target.name) }
    }

    /// A line for people.
    func tell(_ words: @autoclosure () -> String) {
        guard keepsAccount else { return }
        let milliseconds = scheduler.now / 1000
        account.append("\(milliseconds) ms: \(words())")
    }

    /// What a process is started to do.
    enum Command: Sendable {
        case run
        case resume(String)
        case rollback(String)
        case resolve(String, step: String, Resolution.Verdict)
        case takeOver(String)

        /// The run it is about, unless it makes one.
        var directory: RunDirectory? {
            switch self {
            case .run: nil
            case .resume(let run), .rollback(let run), .takeOver(let run), .resolve(let run, _, _):
                RunDirectory(run: run, path: World.state + "/runs/" + run)
            }
        }
    }

    /// A process that was started.
    final class Started: @unchecked Sendable {
        let process: Incarnation
        let command: Command
        /// How its work ended; nil while it has not, and for one that died.
        var ending: Ending?
        var isOver = false

        init(_ process: Incarnation, _ command: Command) { (self.process, self.command) = (process, command) }
    }

    /// How a process ended that lived to tell.
    enum Ending: Sendable {
        case ended(RunResult)
        case refused(RunRefusal)
        case resolved
        case tookOver
    }

    /// Starts a process.
    func start(_ command: Command, _ faults: Faults, isElsewhere: Bool = false) -> Started {
        let process = Incarnation(self, number: incarnations.count + 1, faults: faults)
        process.boot = isElsewhere ? "another" : "this"
        incarnations.append(process)
        let started = Started(process, command)
        let environment = environment(of: process)
        tell("process \(process.number): \(command), \(faults)")
        let task = Task(executorPreference: scheduler) {
            await CurrentMachine.$value.withValue(process) {
                let ending = await self.carryOut(command, environment)
                if process.isAlive { started.ending = ending }
                started.isOver = true
            }
        }
        process.cancel = { task.cancel() }
        return started
    }

    private func carryOut(_ command: Command, _ environment: RunEnvironment) async -> Ending {
        let runner = Runner(environment)
        do throws(RunRefusal) {
            switch (command, command.directory) {
            case (.resume, let directory?): return .ended(try await runner.resume(directory))
            case (.rollback, let directory?): return .ended(try await takeBack(directory, runner))
            case (.resolve(_, let step, let verdict), let directory?):
                let resolution = Resolution(verdict, reason: "looked", by: "dba")
                try await runner.resolve(directory, step: step, as: resolution)
                return .resolved
            case (.takeOver, let directory?):
                let holder = try await runner.holders(of: directory).sorted { $0.key < $1.key }.first
                try await runner.takeOver(directory, nonce: holder?.value.nonce ?? "")
                return .tookOver
            default: return .ended(try await runner.run(scenario.plan))
            }
        } catch {
            return .refused(error)
        }
    }

    /// Takes a run back; a person who hears that something would be lost says at times that it may.
    private func takeBack(_ directory: RunDirectory, _ runner: Runner) async throws(RunRefusal) -> RunResult {
        do throws(RunRefusal) { return try await runner.rollback(directory, to: nil) } catch {
            guard case .losesData(_, _, let token, _, _) = error,
                invariants.isHealing || scheduler.chance.happens(1, in: 2)
            else { throw error }
            coverage.count(.losesData)
            return try await runner.rollback(directory, to: nil, accepting: token)
        }
    }

    /// What a process meets.
    private func environment(of process: Incarnation) -> RunEnvironment {
        RunEnvironment(
            open: { target, application async throws(DatabaseError) in
                guard let server = self.servers[target.name] else {
                    throw DatabaseError(kind: .connection, message: "no such server")
                }
                let link = Link(process)
                if let error = await link.open(server, application) { throw error }
                return SimulatedSession(link, server.identity)
            },
            secret: { _ in Self.canary },
            gateKeeper: People(process: process),
            observe: { line in
                guard process.isAlive else { return }
                self.tell("  \(process.number) \(line.event.account)")
                self.invariants.heard(line, by: process)
            },
            tell: { words in
                self.tell("  \(process.number) \(words)")
                self.invariants.show(words)
            },
            stopRequested: { process.isInterrupted },
            stateDirectory: Self.state,
            root: "/root",
            childEnvironment: [:],
            operatorName: "tester@\(process.number)",
            parallel: 3
        )
    }

    /// Lets everything go on until these processes are over, and those tasks that outlive their work.
    func finish(_ started: [Started], within limit: Int) {
        let isOver = scheduler.run(within: limit) { started.allSatisfy(\.isOver) }
        for one in started {
            if isOver {
                let end = one.ending.map { "\($0)" } ?? "died after \(one.process.effects) effects"
                tell("process \(one.process.number) \(end.prefix(300))")
                invariants.ended(one)
            } else if !one.isOver {
                invariants.report("process \(one.process.number) hangs: \(one.command)")
            }
            // A program's end closes what it left open, and nothing of it acts any more.
            one.process.die(.kill)
        }
        scheduler.drain()
        invariants.search(disk)
    }

    /// The runs that a person would find.
    var runs: [RunDirectory] {
        disk.list(Self.state + "/runs").filter { disk.names["\(Self.state)/runs/\($0)/plan.json"] != nil }
            .map { RunDirectory(run: $0, path: "\(Self.state)/runs/\($0)") }
    }

    /// The journal of a run as it is on disk.
    func journal(of run: RunDirectory) -> [JournalLine] {
        let bytes = disk.names[run.path + "/journal.jsonl"]?.bytes ?? []
        do { return try JournalLine.read(bytes) } catch {
            invariants.report("the journal of \(run.run) cannot be read: \(error)")
            return []
        }
    }

    /// Lets go of everything: what is in a world knows the world.
    func dissolve() {
        scheduler.forget()
        (incarnations, links, servers) = ([], [], [:])
    }

    /// Lets so many microseconds pass.
    func pass(_ time: Int) { _ = scheduler.run(within: time) { false } }
}

extension Event {
    /// What it says, in a line for people.
    fileprivate var account: String {
        let members = json
        let names = [
            "phase", "step", "direction", "leaves", "kind", "check", "verdict", "found", "go", "as", "outcome",
        ]
        let told = names.compactMap { name in members[name].map { "\(name): \($0.string ?? "\($0)")" } }
        let cause = members["cause"]?["message"]?.string.map { ["(\($0))"] } ?? []
        let phases = members["phases"]?.array.map { ["\($0.compactMap(\.string))"] } ?? []
        return ([type] + told + phases + cause).joined(separator: " ")
    }
}
