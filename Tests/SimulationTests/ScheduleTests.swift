import Simulation
import TestSupport
import Testing

struct `A simulated schedule` {
    /// Seeds that showed faults of the program, by what the fault was.
    private static let kept: [UInt64] = [3735]

    @Test func `keeps what must be so, and comes to an end`() throws {
        let end = ContinuousClock.now + .seconds(20)
        let coverage = Coverage()
        var seed: UInt64 = 0
        while ContinuousClock.now < end {
            seed += 1
            let report = try Schedule.run(seed: seed, coverage: coverage)
            #expect(report.violations.isEmpty, "simulate --seed \(seed)")
        }
        // The rest are seldom: `simulate` demands them of 20,000 seeds.
        let often = Arrow.allCases.filter { !Arrow.seldom.contains($0) }
        if seed >= 300 { #expect(coverage.missing.filter(often.contains).isEmpty) }
    }

    @Test(arguments: kept)
    func `that showed a fault once shows none`(seed: UInt64) throws {
        #expect(try Schedule.run(seed: seed, coverage: Coverage()).violations.isEmpty)
    }

    @Test(arguments: [UInt64(2), 12, 40, 77, 103, 1788])
    func `is the same for the same seed, byte for byte`(seed: UInt64) throws {
        let first = try Schedule.run(seed: seed, keepsAccount: true, coverage: Coverage())
        let second = try Schedule.run(seed: seed, keepsAccount: true, coverage: Coverage())
        #expect(first.journals == second.journals)
        #expect(first.account == second.account)
        #expect(!first.journals.isEmpty)
    }
}
