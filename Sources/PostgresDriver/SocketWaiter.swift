import CPostgres
import Databases
import Dispatch
import Glibc

/// Tells sessions when their sockets are ready: one thread waits for all of them.
///
/// A session that waits occupies no thread, so a hundred of them can wait on two cores.
final class SocketWaiter: Sendable {
    /// The one of this process.
    static let shared = SocketWaiter()

    /// What a socket is waited for.
    enum Interest: Sendable {
        case reading
        case writing
        case both
    }

    private struct Waiter {
        let continuation: CheckedContinuation<Bool, Never>
        let deadline: ContinuousClock.Instant
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var lastTicket: UInt64 = 0
        var asleepUntil: ContinuousClock.Instant?
    }

    private let state = Guarded(State())
    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let alarm = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))

    private init() {
        // Ticket 0 is the alarm: somebody wants to be woken earlier than the thread meant to wake.
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
        epoll_ctl(epoll, EPOLL_CTL_ADD, alarm, &event)
        DispatchQueue(label: "gonogo.sockets").async { self.serve() }
    }

    /// Waits until the socket is ready or the deadline has passed; says whether it is ready.
    func wait(for interest: Interest, on socket: Int32, until deadline: ContinuousClock.Instant) async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let waiter = Waiter(continuation: continuation, deadline: deadline)
            let (ticket, isEarlier) = state.withLock { state -> (UInt64, Bool) in
                state.lastTicket += 1
                state.waiters[state.lastTicket] = waiter
                return (state.lastTicket, state.asleepUntil.map { deadline < $0 } ?? true)
            }
            if !watch(socket, for: interest, ticket: ticket) {
                // A socket that cannot be watched is ready to tell its owner why.
                finish([ticket], isReady: true)
            } else if isEarlier {
                eventfd_write(alarm, 1)
            }
        }
    }

    /// Each wait is armed for one event; a closed socket leaves the set by itself, so one may have to be added anew.
    private func watch(_ socket: Int32, for interest: Interest, ticket: UInt64) -> Bool {
        let events: UInt32 =
            switch interest {
            case .reading: EPOLLIN.rawValue
            case .writing: EPOLLOUT.rawValue
            case .both: EPOLLIN.rawValue | EPOLLOUT.rawValue
            }
        var event = epoll_event(events: events | EPOLLONESHOT.rawValue, data: epoll_data_t(u64: ticket))
        if epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0 { return true }
        return errno == ENOENT && epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0
    }

    private func serve() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = epoll_wait(epoll, &events, Int32(events.count), timeout())
            let tickets = events.prefix(Int(max(count, 0))).map(\.data.u64)
            if tickets.contains(0) {
                var value: eventfd_t = 0
                eventfd_read(alarm, &value)
            }
            finish(tickets, isReady: true)
            let now = ContinuousClock.now
            finish(
                state.withLock { $0.waiters.filter { $0.value.deadline <= now }.map(\.key) },
                isReady: false
            )
        }
    }

    /// Milliseconds until the next deadline, rounded up, or -1 for none.
    private func timeout() -> Int32 {
        state.withLock { state in
            state.asleepUntil = state.waiters.values.lazy.map(\.deadline).min()
            guard let next = state.asleepUntil else { return -1 }
            let (seconds, attoseconds) = (next - .now).components
            guard seconds >= 0, attoseconds >= 0 else { return 0 }
            return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
        }
    }

    private func finish(_ tickets: [UInt64], isReady: Bool) {
        for ticket in tickets {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.continuation.resume(returning: isReady)
        }
    }
}
