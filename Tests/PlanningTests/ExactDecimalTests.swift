import Planning
import Testing

struct `An exact decimal` {
    @Test(arguments: [
        ("0", "-0"), ("1", "1.0"), ("1", "+1"), ("001.500", "1.5"), ("1e3", "1000"), ("1.5E2", "150"), ("15e-1", "1.5"),
        ("0e9", "0"), (".5", "0.5"), ("5.", "5"), ("-1e-2", "-0.01"), ("0.000", "-0.0"), ("12e0", "12"),
    ])
    func `equals the same number written otherwise`(_ left: String, _ right: String) throws {
        #expect(try #require(ExactDecimal(left)) == #require(ExactDecimal(right)))
    }

    @Test(arguments: [
        ("-1", "0"), ("-2", "-1"), ("9", "10"), ("0.09", "0.1"), ("-0.1", "-0.09"), ("1e-5000", "1e-4999"),
        ("99999999999999999999999999999999999998", "99999999999999999999999999999999999999"),
        ("0.1", "0.10000000000000000000000000000000001"), ("-1e300", "1e-300"), ("2", "10"), ("1.19", "1.2"),
    ])
    func `is less than a greater one`(_ less: String, _ greater: String) throws {
        let (less, greater) = (try #require(ExactDecimal(less)), try #require(ExactDecimal(greater)))
        #expect(less < greater)
        #expect(!(greater < less))
        #expect(less != greater)
    }

    @Test(arguments: [
        "", "-", "+", ".", "e5", ".e1", "1e", "1e+", "NaN", "Infinity", "1 ", " 1", "1,5", "0x10", "1.2.3", "--1",
        "1e5001",
        "1e-5001", "1e99999999999999999999", "1_000", "1e1.5", "٣", "1e-", "1e1e1", "-.-",
    ])
    func `is not`(_ text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test(arguments: 1...20)
    func `compares as whole numbers of 128 bits do`(_ seed: Int) throws {
        var random = SeededGenerator(seed)
        for _ in 0..<100 {
            let scale = Int.random(in: 0...12, using: &random)
            let numbers = (0..<2).map { _ in
                Int128(Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...62, using: &random))
            }
            let (left, right) = (numbers[0], Bool.random(using: &random) ? numbers[1] : numbers[0])
            let one = try #require(ExactDecimal(Self.write(left, scale: scale, &random)))
            let two = try #require(ExactDecimal(Self.write(right, scale: scale, &random)))
            #expect((one < two) == (left < right))
            #expect((one == two) == (left == right))
        }
    }

    /// A number of 10^-scale units, written in one of several ways.
    private static func write(_ units: Int128, scale: Int, _ random: inout SeededGenerator) -> String {
        if Bool.random(using: &random) { return "\(units)e-\(scale)" }
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let zeros = String(repeating: "0", count: Int.random(in: 0...3, using: &random))
        let text = padded.dropLast(scale) + "." + padded.suffix(scale) + zeros
        return (units < 0 ? "-" : "") + zeros + text
    }
}
