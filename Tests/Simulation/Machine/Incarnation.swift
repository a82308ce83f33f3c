import Databases
import Execution
import Glibc

/// One process of gonogo, through which everything it does goes until it dies.
///
/// From then on nothing that is left of it has any effect, and all it waits for fails at once, so that its tasks end.
final class Incarnation: Machine, @unchecked Sendable {
    let world: World
    let number: Int
    let faults: Faults
    private(set) var isAlive = true
    /// Whether its stop was asked for by a signal.
    private(set) var isInterrupted = false
    private(set) var effects = 0
    private var frozenUntil = 0
    /// How far the clock of one that is dead has gone on for what is left of it, in microseconds.
    private var afterlife = 0
    private var endings: [Int: () -> Void] = [:]
    /// What the cancellation of its task stops beside statements.
    var onCancel: [() -> Void] = []
    private var waits = 0
    private let files: IncarnationDisk

    /// Cancels its task, as a second signal does.
    var cancel: () -> Void = {}

    init(_ world: World, number: Int, faults: Faults) {
        self.world = world
        self.number = number
        self.faults = faults
        files = IncarnationDisk(world.disk)
        files.owner = self
    }

    var executor: (any TaskExecutor)? { world.scheduler }
    var disk: any Disk { files }
    var now: ContinuousClock.Instant {
        world.origin.advanced(by: .microseconds(world.scheduler.now + afterlife))
    }

    var time: String {
        let microseconds = world.scheduler.now + afterlife
        return UTC.text(
            timespec(tv_sec: 1_760_000_000 + microseconds / 1_000_000, tv_nsec: microseconds % 1_000_000 * 1000))
    }

    func letters(_ count: Int, of alphabet: [Character]) -> String {
        String((0..<count).map { _ in world.scheduler.chance.pick(alphabet) })
    }

    func sleep(for time: Duration) async {
        let microseconds =
            Int(time.components.seconds) * 1_000_000 + Int(time.components.attoseconds / 1_000_000_000_000)
        guard isAlive else {
            // What waits again and again for a moment must get there.
            afterlife += max(microseconds, 600_000_000)
            return
        }
        let woken = Once()
        await withTaskCancellationHandler {
            await wait(orDead: ()) { waiting in
                woken.act = { waiting.give(()) }
                if Task.isCancelled { return waiting.give(()) }
                deliver(after: microseconds) { waiting.give(()) }
            }
        } onCancel: {
            woken.act()
        }
    }

    /// The machine it is on.
    var boot = "this"
    var process: String { "\(number)/\(boot)" }

    func end(process: String) {
        guard process.hasSuffix("/" + boot) else { return }
        world.incarnations.first { $0.process == process }?.die(.kill)
    }

    func number(in range: ClosedRange<Int>) -> Int { world.scheduler.chance.number(range) }

    func run(_ program: ChildProcess) async throws(FileFailure) -> ChildProcess.Ending {
        guard occurs() else { throw FileFailure("start", program.arguments[0], errno: EIO) }
        return await world.programs.run(program, for: self)
    }

    /// Waits for an answer, which is `dead` when the process dies before.
    func wait<Value: Sendable>(orDead dead: Value, _ begin: (Awaited<Value>) -> Void) async -> Value {
        guard isAlive else { return dead }
        waits += 1
        let place = waits
        let value = await withUnsafeContinuation { (continuation: UnsafeContinuation<Value, Never>) in
            let awaited = Awaited(continuation)
            endings[place] = { awaited.give(dead) }
            begin(awaited)
        }
        endings[place] = nil
        return value
    }

    /// Lets something reach it so many microseconds from now; not while it stands still.
    func deliver(after delay: Int, _ act: @escaping () -> Void) {
        world.scheduler.after(delay) { [self] in
            guard isAlive else { return }
            if frozenUntil > world.scheduler.now { return deliver(after: frozenUntil - world.scheduler.now, act) }
            guard occurs() else { return }
            act()
        }
    }

    /// One more effect: the moment at which faults may come; whether it goes on.
    func occurs() -> Bool {
        guard isAlive else { return false }
        effects += 1
        if effects == faults.interruptAt { isInterrupted = true }
        if effects == faults.cancelAt {
            isInterrupted = true
            cancel()
        }
        if effects == faults.freezeAt { frozenUntil = world.scheduler.now + faults.freezeFor }
        if effects == faults.dieAt { die(faults.death) }
        return isAlive
    }

    /// Ends it as `kill -9` or a power failure would.
    func die(_ death: Faults.Death, alone isAlone: Bool = false) {
        guard isAlive else { return }
        isAlive = false
        files.releaseAll()
        if death != .kill {
            // It is one machine.
            for other in world.incarnations { other.die(death, alone: true) }
            if !isAlone { world.disk.losePower(&world.scheduler.chance, isTotal: death == .blackout) }
        }
        for link in world.links where link.owner === self { link.ownerDied(death) }
        let waiting = endings.sorted { $0.key < $1.key }
        endings = [:]
        for (_, end) in waiting { end() }
    }
}

/// What the cancellation of a task does.
private final class Once: @unchecked Sendable {
    var act: () -> Void = {}
}
