/// The one thread of a simulated world: it runs the tasks of all processes there, and when all of them wait, time goes
/// on to what happens next.
///
/// Everything of a world is used on the thread that calls `run`, and nowhere else; that is why its classes may call
/// themselves sendable.
final class Scheduler: TaskExecutor, @unchecked Sendable {
    /// Microseconds since the world began.
    private(set) var now = 0
    /// How much has happened.
    private(set) var happenings = 0
    var chance: Chance

    private var jobs: [UnownedJob] = []
    private var events: [Happening] = []
    private var sequence = 0

    init(_ chance: Chance) { self.chance = chance }

    private struct Happening {
        let time: Int
        let sequence: Int
        let act: () -> Void

        func comes(before other: Happening) -> Bool { (time, sequence) < (other.time, other.sequence) }
    }

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    /// Lets something happen so many microseconds from now.
    func after(_ delay: Int, _ act: @escaping () -> Void) {
        sequence += 1
        events.append(Happening(time: now + max(0, delay), sequence: sequence, act: act))
        var place = events.count - 1
        while place > 0, events[place].comes(before: events[(place - 1) / 2]) {
            events.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Runs what can run; which of several goes first, chance decides.
    func drain() {
        while !jobs.isEmpty {
            let job = jobs.remove(at: jobs.count == 1 ? 0 : chance.number(jobs.count))
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Lets time pass until something is so; false when it is not within so many microseconds.
    func run(within limit: Int, until isSo: () -> Bool) -> Bool {
        let end = now + limit
        drain()
        while !isSo() {
            guard let next = events.first, next.time <= end else {
                now = end
                return isSo()
            }
            removeFirst()
            now = next.time
            happenings += 1
            next.act()
            drain()
        }
        return true
    }

    /// Lets nothing more happen.
    func forget() { events = [] }

    private func removeFirst() {
        let last = events.removeLast()
        guard !events.isEmpty else { return }
        events[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < events.count {
                if events[child].comes(before: events[least]) { least = child }
            }
            guard least != place else { return }
            events.swapAt(place, least)
            place = least
        }
    }
}

/// An answer that is awaited, and given once.
final class Awaited<Value: Sendable>: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Value, Never>?

    init(_ continuation: UnsafeContinuation<Value, Never>) { self.continuation = continuation }

    /// Whether it was given.
    var isGiven: Bool { continuation == nil }

    /// Gives it; the first counts.
    func give(_ value: Value) {
        let waiting = continuation
        continuation = nil
        waiting?.resume(returning: value)
    }
}
