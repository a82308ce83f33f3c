import Databases

/// Whether the running statement is to stop, asked by SQLite itself every few thousand instructions.
///
/// Nothing can be asked of a session that runs nothing, so a late request never hits the next statement.
final class Interruption: Sendable {
    /// Who wanted it.
    enum Reason: Sendable {
        case deadline
        case caller
    }

    /// How long a statement waits for another connection's lock.
    static let patience: Duration = .seconds(5)

    private struct State {
        var isRunning = false
        var deadline: ContinuousClock.Instant?
        var reason: Reason?
        var busySince: ContinuousClock.Instant?
    }

    private let state = Guarded(State())

    /// Who stopped the statement, if anybody did.
    var reason: Reason? { state.withLock(\.reason) }

    /// A statement begins.
    func begin(deadline: ContinuousClock.Instant?) {
        state.withLock { $0 = State(isRunning: true, deadline: deadline) }
    }

    /// It is over.
    func end() { state.withLock { $0.isRunning = false } }

    /// Asks the running statement to stop.
    func request() {
        state.withLock { if $0.isRunning, $0.reason == nil { $0.reason = .caller } }
    }

    /// Whether the statement must stop now.
    var isDue: Bool {
        state.withLock { state in
            if state.reason == nil, let deadline = state.deadline, ContinuousClock.now >= deadline {
                state.reason = .deadline
            }
            return state.reason != nil
        }
    }

    /// Whether to go on waiting for a lock; `attempt` counts from 0 for each lock.
    func isPatient(attempt: Int32) -> Bool {
        guard !isDue else { return false }
        return state.withLock { state in
            let since = attempt == 0 ? .now : state.busySince ?? .now
            state.busySince = since
            return since.duration(to: .now) < Self.patience
        }
    }
}
