/// Which phases come after which, however far, and which stand for good once a phase begins.
struct PhaseRelations {
    /// For each phase those it waits for.
    var needs: [[Int]]
    /// For each phase those that wait for it.
    var after: [PhaseSet]
    /// For each phase the barriers before it, and all they were built on.
    var kept: [PhaseSet]

    init(_ phases: [PlannedPhase]) {
        let places = Dictionary(phases.enumerated().map { ($1.id, $0) }) { first, _ in first }
        // In a damaged plan a phase may need a later one; it is refused only afterwards.
        needs = phases.enumerated().map { index, phase in
            phase.needs.compactMap { places[$0] }.filter { $0 < index }
        }
        after = Array(repeating: PhaseSet(phases.count), count: phases.count)
        kept = after
        var before = after
        for index in phases.indices {
            for need in needs[index] {
                before[index].formUnion(before[need])
                before[index].insert(need)
                kept[index].formUnion(kept[need])
                guard phases[need].isBarrier else { continue }
                kept[index].formUnion(before[need])
                kept[index].insert(need)
            }
        }
        for index in phases.indices.reversed() {
            for need in needs[index] {
                after[need].formUnion(after[index])
                after[need].insert(index)
            }
        }
    }
}

/// A set of phases by their places: a plan may have thousands.
struct PhaseSet {
    fileprivate var words: [UInt64]

    init(_ count: Int) { words = Array(repeating: 0, count: count / 64 + 1) }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    func union(_ other: PhaseSet) -> PhaseSet {
        var union = self
        union.formUnion(other)
        return union
    }

    func isSubset(of other: PhaseSet) -> Bool { zip(words, other.words).allSatisfy { $0 & ~$1 == 0 } }

    mutating func insert(_ place: Int) { words[place / 64] |= 1 << (place % 64) }

    mutating func formUnion(_ other: PhaseSet) {
        for index in words.indices { words[index] |= other.words[index] }
    }
}

/// What each phase costs, so that the costs of many are quickly added.
struct PhaseCosts {
    /// All together.
    let total: Int
    /// Those of which nobody said so.
    private(set) var unknown: PhaseSet
    private let costs: [Int]
    /// By word of a set: the phases that cost something, and what they cost together.
    private var costly: PhaseSet
    private var sums: [Int]

    init(_ costs: [Int?]) {
        self.costs = costs.map { $0 ?? 0 }
        total = self.costs.reduce(0, &+)
        unknown = PhaseSet(costs.count)
        costly = unknown
        sums = Array(repeating: 0, count: costly.words.count)
        for (place, cost) in costs.enumerated() {
            guard let cost else {
                unknown.insert(place)
                continue
            }
            guard cost > 0 else { continue }
            costly.insert(place)
            sums[place / 64] &+= cost
        }
    }

    /// What these cost together.
    func sum(of set: PhaseSet) -> Int {
        var sum = 0
        for index in sums.indices {
            var found = set.words[index] & costly.words[index]
            if found == costly.words[index] {
                sum &+= sums[index]
                continue
            }
            while found != 0 {
                sum &+= costs[index * 64 + found.trailingZeroBitCount]
                found &= found - 1
            }
        }
        return sum
    }
}
