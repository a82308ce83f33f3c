import Databases
import Diagnostics
import Execution
import Glibc
import Planning
import Reports
import Runbooks

/// What `run` and `rollback` share: sessions, people, signals, and what is printed meanwhile and at the end.
struct RunSurroundings {
    let environment: RunEnvironment
    private let arguments: ParsedArguments
    private let store: RunStore
    private let plan: Plan
    private let signals: StopSignals
    private let cancellation: Cancellation
    private let started = ContinuousClock.now

    init(
        _ arguments: ParsedArguments,
        root: String,
        store: RunStore,
        plan: Plan,
        options: RunOptions,
        run: String? = nil,
        makingFiles: Bool = false,
        approvals: [GivenApproval] = []
    ) {
        self.arguments = arguments
        self.plan = plan
        self.store = store
        let isJSON = arguments.has(.json)
        let isTerminal = isatty(STDERR_FILENO) == 1
        let width = EventLine.phaseWidth(plan)
        let cancellation = Cancellation()
        let signals = StopSignals { cancellation.cancel() }
        self.signals = signals
        self.cancellation = cancellation
        let commands = NextCommands(runbook: nil, options: store.options)
        if let run { signals.leaves(commands.words("resume", run)) }
        let addresses = Addresses(root: root)
        // A file that is gone later is not made anew: what the run did there is gone with it.
        let known = Guarded<Set<String>>([])
        environment = RunEnvironment(
            open: { target, application async throws(DatabaseError) in
                let mayMake = makingFiles && !known.withLock { $0.contains(target.name) }
                let request = try Self.request(target, addresses)
                let session = try await addresses.open(mayMake ? request : request.forWhatIsThere, as: application)
                known.withLock { _ = $0.insert(target.name) }
                return session
            },
            secret: { reference async throws(SecretUnavailable) in
                try await Secrets.read(reference, root: root)
            },
            gateKeeper: TerminalGateKeeper(
                answers: options.answers,
                operatorName: ProcessEnvironment.operatorName,
                isInteractive: ProcessEnvironment.isInteractive,
                isInterrupted: { signals.isRequested }
            ),
            observe: { line in
                if case .unwindStarted = line.event { signals.beginsToUnwind() }
                if case .runStarted(let start) = line.event { signals.leaves(commands.words("resume", start.run)) }
                if isJSON { Output.result(EventJSON.line(line) + "\n") }
                let text =
                    isTerminal
                    ? EventLine.terminal(line, clock: ProcessEnvironment.clock, phaseWidth: width)
                    : EventLine.plain(line, phaseWidth: width)
                if let text { TerminalInput.interject(text + "\n") }
            },
            tell: { TerminalInput.interject($0.printable + "\n") },
            stopRequested: { signals.isRequested },
            stateDirectory: store.path,
            root: root,
            childEnvironment: ProcessEnvironment.forChildren,
            operatorName: ProcessEnvironment.operatorName,
            parallel: options.parallel,
            lockPatience: options.wait,
            approvals: approvals,
            goesPastWindow: options.goesPastWindow
        )
    }

    /// Asks whether to begin; what to end with when the answer is no.
    func confirm(_ question: String) async throws(UsageError) -> ExitCode? {
        switch try await Confirmation.ask(question, arguments, signals) {
        case .yes: nil
        case .no: .noGo
        case .interrupted: signals.exitCode
        }
    }

    /// Runs to the end and prints it.
    func conclude(
        _ commands: NextCommands,
        _ work: @escaping @Sendable () async throws(RunRefusal) -> RunResult
    ) async -> ExitCode {
        let task = Task { () -> Result<RunResult, RunRefusal> in
            do throws(RunRefusal) { return .success(try await work()) } catch { return .failure(error) }
        }
        cancellation.cancels(task)
        do throws(RunRefusal) {
            let result = try await task.value.get()
            if let failure = result.journalFailure {
                Output.message("the journal could not be written: \(failure.path): \(failure.reason)\n")
                if let step = result.state.lastApplied {
                    Output.message(
                        "step \(step) is applied, whatever the journal says of it; nothing was begun after it\n")
                }
            }
            for target in result.unfinishedLedgers {
                Output.message("the ledger in \(target.printable) could not be told how the run ended\n")
            }
            Output.message(
                RunSummary.render(
                    result.state,
                    outcome: result.outcome,
                    plan: plan,
                    commands: commands,
                    milliseconds: started.duration(to: .now).milliseconds
                )
            )
            return result.outcome == .interrupted ? signals.exitCode : ExitCode(result.outcome)
        } catch {
            let code = error.report(arguments, store)
            return signals.isRequested ? signals.exitCode : code
        }
    }

    /// Makes sure that the environment leads where it led when the plan was made.
    func checkAddresses() throws(RunRefusal) {
        for target in plan.usedTargets {
            let found: String
            do throws(DatabaseError) {
                found = try Self.request(target, Addresses(root: store.root)).display
            } catch {
                throw .cannotConnect(target: target.name, display: target.display, error)
            }
            guard found == target.display else {
                throw .otherAddress(target: target.name, planned: target.display, found: found)
            }
        }
    }

    /// The connection for a target of a plan, with the environment of now.
    private static func request(
        _ target: PlannedTarget,
        _ addresses: Addresses
    ) throws(DatabaseError) -> ConnectionRequest {
        guard let string = Database.address(target.written, environment: ProcessEnvironment.variables) else {
            throw DatabaseError(
                kind: .connection,
                message: "`\(target.written)` cannot be resolved in this environment",
                hint: "set the variables it names"
            )
        }
        switch addresses.request(string) {
        case .success(let request): return request
        case .failure(let problem):
            throw DatabaseError(kind: .connection, message: problem.message, hint: problem.help)
        }
    }
}

extension ConnectionRequest {
    /// The same for a file that must be there.
    fileprivate var forWhatIsThere: ConnectionRequest {
        ConnectionRequest(engine: engine, string: string, display: display)
    }
}

/// The run, to be cancelled by a signal that may come before it has begun.
private final class Cancellation: Sendable {
    private let cancelled = Guarded(false)
    private let task = Guarded<Task<Result<RunResult, RunRefusal>, Never>?>(nil)

    func cancels(_ run: Task<Result<RunResult, RunRefusal>, Never>) {
        task.withLock { $0 = run }
        if cancelled.withLock({ $0 }) { run.cancel() }
    }

    func cancel() {
        cancelled.withLock { $0 = true }
        task.withLock { $0?.cancel() }
    }
}
