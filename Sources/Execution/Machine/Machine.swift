/// What a run works on: clock, threads, files and programs.
///
/// It is this machine. The simulator puts one of its own in its place for the tasks of a run, and everything else in
/// this module is then what really runs.
package protocol Machine: Sendable {
    /// The moment by a clock that only goes forward.
    var now: ContinuousClock.Instant { get }
    /// The clock time, UTC, RFC 3339 with milliseconds.
    var time: String { get }
    /// Where tasks run that outlive the one that makes them; nil is anywhere.
    var executor: (any TaskExecutor)? { get }
    /// The files of runs.
    var disk: any Disk { get }

    /// Waits; less long for a task that is cancelled.
    func sleep(for time: Duration) async
    /// Letters that make a run's name likely to be the only one.
    func letters(_ count: Int, of alphabet: [Character]) -> String
    /// This process, told apart from every other, also after the machine was started anew.
    var process: String { get }
    /// Ends a process for good, if it is on this machine still.
    func end(process: String)
    /// A number by chance.
    func number(in range: ClosedRange<Int>) -> Int
    /// Runs a program to its end.
    func run(_ program: ChildProcess) async throws(FileFailure) -> ChildProcess.Ending
}

/// The machine that the current task works on.
package enum CurrentMachine {
    /// A task that another one makes works on the same.
    @TaskLocal package static var value: any Machine = ThisMachine()
}

/// The time of the machine that the current task works on.
enum Time {
    /// The moment by a clock that only goes forward.
    static var now: ContinuousClock.Instant { CurrentMachine.value.now }

    /// Waits; less long for a task that is cancelled.
    static func sleep(for time: Duration) async { await CurrentMachine.value.sleep(for: time) }
}

extension Task where Failure == Never {
    /// A task that goes on whatever becomes of the one that makes it.
    static func apart(_ work: sending @escaping () async -> Success) -> Task {
        Task(executorPreference: CurrentMachine.value.executor, operation: work)
    }
}
