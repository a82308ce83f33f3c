import Simulation
import Testing

struct `A machine that loses its power` {
    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `at any effect leaves a run that comes to its end, with nothing done twice or lost`(seed: UInt64) throws {
        let blackout = Blackout(seed: seed)
        let effects = try blackout.effects()
        #expect(effects > 50)
        for effect in 1...effects {
            let violations = try blackout.run(at: effect).violations
            #expect(violations.isEmpty, "seed \(seed), effect \(effect)")
        }
    }
}
