/// Chance that a seed decides: the same seed gives the same numbers everywhere (SplitMix64).
package struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether something that happens `times` in so many does; what happens no time takes no number.
    mutating func happens(_ times: Int, in many: Int) -> Bool {
        times > 0 && number(many) < times
    }

    /// A number from 0 that is less than `limit`.
    mutating func number(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    /// A number of a range.
    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + number(range.count) }

    /// One of them.
    mutating func pick<Value>(_ values: [Value]) -> Value { values[number(values.count)] }

    /// A time of up to so many microseconds: as a rule a short one, now and then a long one.
    mutating func time(_ most: Int) -> Int { happens(1, in: 8) ? number(1...most) : number(1...max(1, most / 20)) }
}
