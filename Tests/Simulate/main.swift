import Glibc
import Simulation

// Runs schedules by their seeds: `simulate --seeds 10000 --from 1`, or `--seed 7` with the account of one.
// It fails when something is not as it must be, and, with 20,000 seeds or more, when an arrow was never gone along.
var numbers: [String: UInt64] = [:]
let arguments = CommandLine.arguments.dropFirst()
for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") { numbers[name] = UInt64(value) }

let coverage = Coverage()
if let seed = numbers["--seed"] {
    let report = try Schedule.run(seed: seed, keepsAccount: true, coverage: coverage)
    print((report.account + report.violations).joined(separator: "\n"))
    exit(report.violations.isEmpty ? 0 : 1)
}

let from = numbers["--from"] ?? 1
let count = numbers["--seeds"] ?? 10_000
let start = ContinuousClock.now
var failed = 0
var processes = 0
for seed in from..<from + count {
    let report = try Schedule.run(seed: seed, coverage: coverage)
    processes += report.processes
    guard !report.violations.isEmpty else { continue }
    failed += 1
    print("seed \(seed): \(report.violations.joined(separator: "; "))")
    fflush(nil)
}
let time = start.duration(to: .now)
let worked = Double(clock()) / Double(CLOCKS_PER_SEC)
for arrow in Arrow.allCases { print("\(arrow.rawValue): \(coverage.counts[arrow] ?? 0)") }
print("\(count) schedules of \(processes) processes in \(time), \(Int(worked)) s of them at work:")
print("\(Int(Double(count) * 60 / worked)) schedules a minute and core; \(failed) failed")
let missing = count >= 20_000 ? coverage.missing : []
if !missing.isEmpty { print("never gone along: \(missing.map(\.rawValue).joined(separator: ", "))") }
exit(failed == 0 && missing.isEmpty ? 0 : 1)
