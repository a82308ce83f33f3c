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
        /// When the alarm goes off; never later than the earliest deadline.
        var alarmAt: ContinuousClock.Instant?
    }

    private let state = Guarded(State())
    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    // A timer rather than a time-out of `epoll_wait`: setting it wakes no thread. Its clock is `ContinuousClock`'s.
    private let alarm = timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK))

    private init() {
        // Ticket 0 is the alarm.
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
        epoll_ctl(epoll, EPOLL_CTL_ADD, alarm, &event)
        DispatchQueue(label: "gonogo.sockets").async { self.serve() }
    }

    /// Waits until the socket is ready or the deadline has passed; says whether it is ready.
    func wait(for interest: Interest, on socket: Int32, until deadline: ContinuousClock.Instant) async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let waiter = Waiter(continuation: continuation, deadline: deadline)
            let ticket = state.withLock { state -> UInt64 in
                state.lastTicket += 1
                state.waiters[state.lastTicket] = waiter
                // An alarm that goes off for a wait that is over does no harm: most waits set none.
                if state.alarmAt.map({ deadline < $0 }) ?? true { setAlarm(deadline, &state) }
                return state.lastTicket
            }
            // A socket that cannot be watched is ready to tell its owner why.
            if !watch(socket, for: interest, ticket: ticket) { finish([ticket], isReady: true) }
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
            let count = epoll_wait(epoll, &events, Int32(events.count), -1)
            let tickets = events.prefix(Int(max(count, 0))).map(\.data.u64)
            finish(tickets, isReady: true)
            if tickets.contains(0) { finish(expired(), isReady: false) }
        }
    }

    /// The tickets whose deadline has passed; sets the alarm for the next one.
    private func expired() -> [UInt64] {
        var expirations: UInt64 = 0
        read(alarm, &expirations, MemoryLayout.size(ofValue: expirations))
        return state.withLock { state in
            let now = ContinuousClock.now
            setAlarm(state.waiters.values.lazy.map(\.deadline).filter { $0 > now }.min(), &state)
            return state.waiters.filter { $0.value.deadline <= now }.map(\.key)
        }
    }

    /// Sets the alarm, or turns it off.
    private func setAlarm(_ instant: ContinuousClock.Instant?, _ state: inout State) {
        state.alarmAt = instant
        var timer = itimerspec()
        if let instant {
            // Zero would turn it off, and a moment that has passed is due at once.
            let (seconds, attoseconds) = max(instant - .now, .nanoseconds(1)).components
            timer.it_value = timespec(tv_sec: Int(clamping: seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        }
        timerfd_settime(alarm, 0, &timer, nil)
    }

    private func finish(_ tickets: [UInt64], isReady: Bool) {
        for ticket in tickets {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.continuation.resume(returning: isReady)
        }
    }
}
