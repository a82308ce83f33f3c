import CanonicalJSON
import Testing

@Suite struct `Reading JSON` {
    @Test func `takes what JSON allows of whole numbers and text`() throws {
        #expect(try JSON(parsing: " [ 1 , {\"a\" : null} ] \n") == [1, ["a": .null]])
        #expect(try JSON(parsing: #""\ud83d\ude00\u00e9\/""#) == "😀é/")
    }

    @Test(arguments: [
        ("", "expected a value: null, a boolean, a whole number, text, a list or an object", 0),
        ("1.5", "text after the value", 1),
        ("-0", "expected a value: null, a boolean, a whole number, text, a list or an object", 0),
        ("01", "expected a value: null, a boolean, a whole number, text, a list or an object", 0),
        ("9223372036854775808", "expected a value: null, a boolean, a whole number, text, a list or an object", 0),
        ("{\"a\":1,\"a\":2}", "name `a` twice", 12),
        ("{\"a\" 1}", "expected `:`", 5),
        ("{1:2}", "expected a name", 1),
        ("[1 2]", "expected `,` or `]`", 3),
        ("[1,]", "expected a value: null, a boolean, a whole number, text, a list or an object", 3),
        ("\"a", "text without end", 2),
        ("\"\u{1}\"", "control character in text", 2),
        (#""\x""#, "unknown escape", 3),
        (#""\ud83d""#, "half a surrogate pair", 7),
        (#""\ude00""#, "half a surrogate pair", 7),
        ("nul", "unknown word", 0),
        ("1 1", "text after the value", 2),
    ]) func `refuses what gonogo would not have written`(text: String, message: String, offset: Int) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
        do throws(JSONError) {
            _ = try JSON(parsing: text)
        } catch {
            #expect(error.message == message)
            #expect(error.offset == offset)
        }
    }

    @Test func `refuses text that is not UTF-8`() {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22] as [UInt8]) }
    }

    @Test func `refuses nesting that could exhaust the stack`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try JSON(parsing: deep) }
        let allowed = String(repeating: "[", count: 127) + String(repeating: "]", count: 127)
        #expect(throws: Never.self) { try JSON(parsing: allowed) }
    }

    @Test(arguments: 0..<300) func `never traps on bytes of any kind`(seed: UInt64) {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let alphabet = Array("{}[]\",:\\u0019aetrufalsn -.eE\u{0}\u{80}".utf8)
        let bytes = (0..<40).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return alphabet[Int(state >> 33) % alphabet.count]
        }
        if let value = try? JSON(parsing: bytes) {
            #expect((try? JSON(parsing: value.canonicalBytes)) == value)
        }
    }
}
