import Diagnostics
import Runbooks
import Testing

/// Numbers that are the same every time: a failing seed can be tried again.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

struct `A damaged runbook` {
    private static let pieces = [
        "", " ", "\n", "\t", ":", ": ", "- ", "{", "}", "[", "]", ",", "'", "\"", "|", ">", "#", " #", "&a ",
        "*a", "!t ",
        "? ", "---\n", "${", "}", "\u{202E}", "\u{0}", "ä", "😀", "null", "yes", "0644", "\r", "<<: ", "%",
        "@", "`", "\\",
    ]

    @Test(arguments: UInt64(1)...30)
    func `never traps, and is refused with a place`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let names = Files.names(in: Files.golden + "/good-input")
        let name = try #require(names.randomElement(using: &random))
        let original = try #require(Files.read("\(Files.golden)/good-input/\(name)"))
        for _ in 0..<6 {
            var bytes = original
            for _ in 0...Int.random(in: 0...3, using: &random) { mutate(&bytes, &random) }
            let result = decode(bytes, environment: `The worked examples`.environment)
            let errors = result.findings.filter { $0.severity == .error }
            #expect((result.runbook == nil) == !errors.isEmpty)
            #expect(errors.allSatisfy { $0.span != nil })
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
        let start = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 0...6, using: &random))
        switch Int.random(in: 0...4, using: &random) {
        case 0: bytes.removeSubrange(start..<end)
        case 1:
            bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &random) ?? "").utf8), at: start)
        case 2: bytes[start] = UInt8.random(in: 0...255, using: &random)
        case 3: bytes.removeSubrange(start...)
        default:
            let piece = Array((Self.pieces.randomElement(using: &random) ?? "").utf8)
            bytes.replaceSubrange(start..<end, with: piece)
        }
        if bytes.isEmpty { bytes = [0x0A] }
    }
}

struct `A large runbook` {
    @Test func `of many phases is decoded whole`() {
        var text = "runbook: 1\nname: large\ndatabases: sqlite:demo.db\nphases:\n"
        for number in 0..<1000 {
            text += "  - id: p\(number)\n    statement: |\n      SELECT \(number); -- ünö\n    timeout: 5m\n"
            text += "    checks: [{ query: SELECT 1, expect: 1 }]\n    rollback: { none: reads only }\n"
        }
        #expect(decode(Array(text.utf8)).runbook?.phases.count == 1000)
    }
}

struct `The kinds of finding` {
    @Test func `each have an explanation of their own`() {
        let codes = RunbookCodes.all
        #expect(Set(codes.map(\.id)).count == codes.count)
        #expect(Set(codes.map(\.explanation)).count == codes.count)
        for code in codes {
            #expect(code.explanation.contains("Wrong:") && code.explanation.contains("Right:"))
            #expect(code.explanation.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(code.id)")
        }
    }
}
