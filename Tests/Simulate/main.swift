import Glibc
import Simulation

// Runs schedules by their seeds: `simulate --seeds 10000 --from 1`, or `--seed 7` with the account of one.
var numbers: [String: UInt64] = [:]
let arguments = CommandLine.arguments.dropFirst()
for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") { numbers[name] = UInt64(value) }

let coverage = Coverage()
if let seed = numbers["--seed"] {
    let report = try Schedule.run(seed: seed, keepsAccount: true, coverage: coverage)
    print(report.account.joined(separator: "\n"))
    print(report.violations.joined(separator: "\n"))
    exit(report.violations.isEmpty ? 0 : 1)
}

let from = numbers["--from"] ?? 1
let count = numbers["--seeds"] ?? 10_000
let start = ContinuousClock.now
var failed = 0
for seed in from..<from + count {
    let report = try Schedule.run(seed: seed, coverage: coverage)
    guard !report.violations.isEmpty else { continue }
    failed += 1
    print("seed \(seed): \(report.violations.joined(separator: "; "))")
}
let time = start.duration(to: .now)
let perMinute = Int(Double(count) * 60 / (time / .seconds(1)))
for arrow in Arrow.allCases { print("\(arrow.rawValue): \(coverage.counts[arrow] ?? 0)") }
print("\(count) schedules in \(time), \(perMinute) a minute; \(failed) failed")
exit(failed == 0 ? 0 : 1)
