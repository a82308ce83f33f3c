import CPostgres
import Databases
import Dispatch

/// Asks the server to stop what a session runs, from any thread, and sees to it that no request outlives its statement.
///
/// The handle is never changed after libpq made it, and `PQcancel` may be called from any thread; all else is
/// behind the lock.
final class Canceller: @unchecked Sendable {
    /// Who wanted the statement to stop.
    enum Reason: Sendable {
        case deadline
        case caller
    }

    /// How long the server may take to answer a request to stop before the session is given up.
    static let grace: Duration = .seconds(5)

    private struct State {
        var isRunning = false
        var reason: Reason?
        var giveUpAt: ContinuousClock.Instant?
        var requestsUnderWay = 0
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let handle: OpaquePointer
    private let state = Guarded(State())
    // PQcancel opens a connection and waits for it to close: not a thing for the cooperative pool.
    private static let queue = DispatchQueue(label: "gonogo.cancel", attributes: .concurrent)

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQfreeCancel(handle) }

    /// Who asked for the running statement to stop, if anybody did.
    var reason: Reason? { state.withLock(\.reason) }

    /// When to stop waiting for the server's answer.
    var giveUpAt: ContinuousClock.Instant? { state.withLock(\.giveUpAt) }

    /// A statement begins: from now on a request has a meaning.
    func begin() {
        state.withLock {
            $0.isRunning = true
            $0.reason = nil
            $0.giveUpAt = nil
        }
    }

    /// Asks the server to stop what runs, once more if need be; without a running statement nothing happens.
    func request(_ reason: Reason) {
        let isRunning = state.withLock { state in
            guard state.isRunning else { return false }
            if state.reason == nil {
                state.reason = reason
                state.giveUpAt = .now + Self.grace
            }
            state.requestsUnderWay += 1
            return true
        }
        guard isRunning else { return }
        Self.queue.async { [self] in
            if state.withLock(\.isRunning) {
                var message = [CChar](repeating: 0, count: 256)
                PQcancel(handle, &message, Int32(message.count))
            }
            let waiting = state.withLock { state in
                state.requestsUnderWay -= 1
                return state.requestsUnderWay == 0 ? state.waiting.take() : nil
            }
            waiting?.resume()
        }
    }

    /// The statement is over; waits for requests under way, so that none hits the next statement.
    ///
    /// Says false when one is still under way after the grace.
    func end() async -> Bool {
        let isQuiet = state.withLock { state in
            state.isRunning = false
            return state.requestsUnderWay == 0
        }
        if isQuiet { return true }
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                guard state.requestsUnderWay > 0 else { return true }
                state.waiting = continuation
                return false
            }
            if isQuiet { return continuation.resume() }
            Self.queue.asyncAfter(deadline: .now() + .seconds(5)) { [self] in
                state.withLock { $0.waiting.take() }?.resume()
            }
        }
        return state.withLock { $0.requestsUnderWay == 0 }
    }
}
