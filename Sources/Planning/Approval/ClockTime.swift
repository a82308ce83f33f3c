/// A moment by the clock, to the millisecond, as approvals hold it: RFC 3339 in UTC.
public struct ClockTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970.
    public let milliseconds: Int

    /// A moment by its milliseconds since 1970.
    public init(milliseconds: Int) { self.milliseconds = milliseconds }

    /// A moment as it was written: `2026-11-22T05:41:50.123Z`, and nothing else.
    public init?(_ text: String) {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z/),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3), let hour = Int(match.4),
            let minute = Int(match.5), let second = Int(match.6), let rest = Int(match.7)
        else { return nil }
        let seconds = (Self.days(year, month, day) * 24 + hour) * 3600 + minute * 60 + second
        self.init(milliseconds: seconds * 1000 + rest)
        // The 30th of February, or hour 25, would come out as another moment.
        guard description == text else { return nil }
    }

    /// So many milliseconds later.
    public func adding(_ milliseconds: Int) -> ClockTime {
        let (sum, isTooLate) = self.milliseconds.addingReportingOverflow(milliseconds)
        return ClockTime(milliseconds: isTooLate ? self.milliseconds : sum)
    }

    /// The earlier one is less.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// As it is written.
    public var description: String {
        let (days, inDay) = Self.divide(milliseconds, 86_400_000)
        let (year, month, day) = Self.date(days)
        let parts = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60].map { Self.pad($0, 2) }
        return "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))T\(parts.joined(separator: ":"))"
            + ".\(Self.pad(inDay % 1000, 3))Z"
    }

    /// Days since 1970 of a date, in years that begin with March so that the leap day comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let (year, month) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469
    }

    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, inEra) = divide(days + 719_468, 146_097)
        let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * year + year / 4 - year / 100)
        let month = (5 * inYear + 2) / 153
        return (
            era * 400 + year + (month > 9 ? 1 : 0), month > 9 ? month - 9 : month + 3,
            inYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func divide(_ number: Int, _ by: Int) -> (Int, Int) {
        let rest = (number % by + by) % by
        return ((number - rest) / by, rest)
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
