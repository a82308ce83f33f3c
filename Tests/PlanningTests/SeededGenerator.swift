/// Random numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Phases and what they need, by their numbers.
struct RandomGraph {
    /// For each phase the phases it needs.
    var needs: [[Int]]
    /// For each phase its estimate in seconds; nil for none.
    var estimates: [Int?]

    /// A graph without cycles: under some hidden order every phase needs only earlier ones.
    init(acyclic seed: Int) {
        var random = SeededGenerator(seed)
        let count = Int.random(in: 1...12, using: &random)
        let hidden = Array(0..<count).shuffled(using: &random)
        let density = Double.random(in: 0...0.6, using: &random)
        needs = Array(repeating: [], count: count)
        for (position, phase) in hidden.enumerated() {
            needs[phase] = hidden[..<position].filter { _ in Double.random(in: 0..<1, using: &random) < density }
        }
        estimates = (0..<count).map { _ in Bool.random(using: &random) ? Int.random(in: 0...9, using: &random) : nil }
    }

    /// A graph with any edges, also from a phase to itself.
    init(any seed: Int) {
        var random = SeededGenerator(seed)
        let count = Int.random(in: 1...8, using: &random)
        let density = Double.random(in: 0...0.3, using: &random)
        needs = (0..<count).map { _ in
            (0..<count).filter { _ in Double.random(in: 0..<1, using: &random) < density }
        }
        estimates = Array(repeating: nil, count: count)
    }

    /// The runbook, with the phases and their `needs` in these orders.
    func text(order: [Int]? = nil, shuffling seed: Int? = nil) -> String {
        var random = SeededGenerator(seed ?? 0)
        let phases = (order ?? Array(needs.indices)).map { phase in
            var names = needs[phase].map { "p\($0)" }
            if seed != nil { names.shuffle(using: &random) }
            let estimate = estimates[phase].map { "\n  estimate: \($0)s" } ?? ""
            return
                "- id: p\(phase)\n  needs: [\(names.joined(separator: ", "))]\(estimate)\n  statement: SELECT \(phase)\n"
                + "  rollback: { none: reads only }"
        }
        return runbook(phases: phases.joined(separator: "\n"))
    }
}
