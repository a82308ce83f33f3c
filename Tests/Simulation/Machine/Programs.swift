import Execution

/// What `run:` steps start: programs that leave a mark outside of every database, or take it away.
final class Programs {
    /// How often each mark was left and not taken away.
    private(set) var done: [String: Int] = [:]
    private unowned let world: World

    init(_ world: World) { self.world = world }

    /// Runs `mark TOKEN` or `unmark TOKEN`; it dies with the process that started it.
    func run(_ program: ChildProcess, for owner: Incarnation) async -> ChildProcess.Ending {
        let words = (program.arguments.last ?? "").split(separator: " ").map(String.init)
        let (verb, token) = (words.first ?? "", words.last ?? "")
        let time = world.scheduler.chance.time(5_000_000)
        let breaks = world.scheduler.chance.happens(world.weather.breakage, in: 300)
        let killed = ChildProcess.Ending(status: 137, output: "", complaint: "", killing: "was killed after a signal")
        return await withTaskCancellationHandler {
            await owner.wait(orDead: killed) { ending in
                owner.deliver(after: time / 2) { [self] in
                    guard !ending.isGiven, !breaks || world.scheduler.chance.happens(1, in: 2) else { return }
                    done[token] = verb == "mark" ? done[token, default: 0] + 1 : nil
                }
                owner.deliver(after: time) {
                    ending.give(
                        ChildProcess.Ending(status: breaks ? 1 : 0, output: "", complaint: World.canary, killing: nil))
                }
                owner.onCancel.append { ending.give(killed) }
            }
        } onCancel: {
            for act in owner.onCancel { act() }
        }
    }
}
