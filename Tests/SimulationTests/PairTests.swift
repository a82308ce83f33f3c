import Simulation
import Testing

struct `Two processes at one run` {
    @Test(arguments: Pair.all)
    func `never act together, whatever the second does while the first stands still or is gone`(pair: Pair) throws {
        let effects = try Pair.effects()
        #expect(effects > 50)
        for effect in 1...effects {
            let violations = try pair.run(at: effect).violations
            #expect(violations.isEmpty, "\(pair) at effect \(effect)")
        }
    }
}
