import CanonicalJSON
import Testing

@Suite struct `Canonical JSON` {
    private static let forms: [(value: JSON, text: String)] = [
        (.null, "null"),
        (.boolean(true), "true"),
        (.integer(Int64.min), "-9223372036854775808"),
        (.string("a\"b\\c\n\t\u{8}\u{C}\r\u{1}\u{1F}é😀/"), #""a\"b\\c\n\t\b\f\r\u0001\u001fé😀/""#),
        (.array([]), "[]"),
        (["x", 1, true, .null], #"["x",1,true,null]"#),
        (.object([:]), "{}"),
    ]

    @Test(arguments: forms) func `is written in one form`(form: (value: JSON, text: String)) {
        #expect(form.value.canonicalText == form.text)
    }

    @Test func `orders names by their bytes`() {
        // By canonical equivalence U+00E9 and U+0065 U+0301 are one name; by bytes they are two.
        let value = JSON.object(["é": 1, "z": 2, "Z": 3, "a": 4, "": 5, "ab": 6, "\u{FB01}": 7, "😀": 8])
        #expect(value.canonicalText == #"{"":5,"Z":3,"a":4,"ab":6,"z":2,"é":1,"\#u{FB01}":7,"😀":8}"#)
    }

    @Test func `leaves out members that are null where that is asked for`() {
        #expect(JSON.compact(["a": .null, "b": [.null]]).canonicalText == #"{"b":[null]}"#)
    }

    @Test func `prints for people with a line for each member`() {
        let value: JSON = ["b": [1, [2]], "a": [:], "c": .array([])]
        #expect(
            value.prettyText == """
                {
                  "a": {},
                  "b": [
                    1,
                    [
                      2
                    ]
                  ],
                  "c": []
                }
                """)
    }

    @Test(arguments: 0..<200) func `reads back what it wrote`(seed: UInt64) throws {
        var random = Random(seed)
        let value = random.value(depth: 4)
        #expect(try JSON(parsing: value.canonicalBytes) == value)
        #expect(try JSON(parsing: value.prettyText) == value)
        #expect(try JSON(parsing: value.canonicalBytes).canonicalBytes == value.canonicalBytes)
    }
}

@Suite struct `A digest` {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ]) func `is SHA-256 as published`(text: String, hex: String) {
        #expect(Digest(of: text).hex == hex)
        #expect(Digest(hex: hex) == Digest(of: text))
        #expect(Digest(of: text).short == String(hex.prefix(8)))
    }

    @Test(arguments: ["", "abc", String(repeating: "A", count: 64), String(repeating: "g", count: 64)])
    func `is nothing but 64 lower-case digits`(hex: String) {
        #expect(Digest(hex: hex) == nil)
    }
}

/// Values by a seed, so that a failure can be made again.
private struct Random {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }

    mutating func value(depth: Int) -> JSON {
        switch next(depth == 0 ? 4 : 6) {
        case 0: .null
        case 1: .boolean(next(2) == 0)
        case 2: .integer(Int64(truncatingIfNeeded: state))
        case 3: .string(text())
        case 4: .array((0..<next(4)).map { _ in value(depth: depth - 1) })
        default: .object(Dictionary((0..<next(4)).map { _ in (text(), value(depth: depth - 1)) }) { $1 })
        }
    }

    private mutating func text() -> String {
        let scalars = (0..<next(6)).compactMap { _ in Unicode.Scalar(UInt32(next(0x11_0000))) }
        return String(String.UnicodeScalarView(scalars))
    }
}
