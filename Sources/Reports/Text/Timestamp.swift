/// A moment as journals write it, `2025-10-19T03:14:52.120Z`, for telling how long something took.
struct Timestamp: Comparable {
    /// Since the beginning of 1970.
    let milliseconds: Int

    /// Nil when the text is no such time.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            range.reduce(0) { sum, index in
                guard let sum, (48...57).contains(bytes[index]) else { return nil }
                return sum * 10 + Int(bytes[index] - 48)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month)
        else { return nil }
        let fraction = bytes.count >= 24 ? number(20..<23) ?? 0 : 0
        let days = Self.days(year, month, day)
        milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// Earlier and later.
    static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// Days since the beginning of 1970 in the Gregorian calendar, years counted from March so that the leap day is last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
