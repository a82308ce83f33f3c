import Execution
import Planning

/// People who answer after a while, or do not.
struct People: GateKeeper {
    let process: Incarnation

    func canDecide(_ phase: String) -> Bool {
        !process.isAlive || !process.world.scheduler.chance.happens(process.world.weather.breakage, in: 400)
    }

    func decide(
        _ asking: GateQuestion, unless isMoot: @escaping @Sendable () -> Bool,
        said: @Sendable (GateDecision) async throws(FileFailure) -> Void
    ) async throws(FileFailure) -> GateDecision? {
        var patience = process.world.scheduler.chance.number(1...5)
        while patience > 0 {
            guard !isMoot() else { return nil }
            await process.sleep(for: .seconds(process.world.scheduler.chance.number(1...60)))
            patience -= 1
        }
        guard process.isAlive else { return GateDecision(go: false, by: "nobody") }
        let weather = process.world.weather
        let go = !process.world.scheduler.chance.happens(weather.breakage, in: 100)
        return GateDecision(go: go, by: "lead")
    }

    func choose(afterFailureOf phase: String, cause: FailureCause) async -> FailureChoice? {
        await process.sleep(for: .seconds(5))
        guard process.isAlive else { return nil }
        return process.world.scheduler.chance.pick([.unwind, .rollback, .stop, nil])
    }
}
