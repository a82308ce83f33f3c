extension WrittenMoment {
    /// The same as a regular expression of JSON Schema.
    static let expression =
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})$"

    /// The moment a text of RFC 3339 says, with its offset; nil when it says none.
    public init?(parsing text: String) {
        let form = /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?(?:Z|([+-])(\d\d):(\d\d))/
        guard text.utf8.allSatisfy({ $0 < 0x80 }), let match = text.wholeMatch(of: form), let year = Int(match.1),
            let month = Int(match.2), let day = Int(match.3)
        else { return nil }
        guard (1...12).contains(month), (1...Self.days(of: month, in: year)).contains(day), match.4 < "24",
            match.5 < "60", match.6 < "60"
        else { return nil }
        let fraction = match.7.map { $0 + String(repeating: "0", count: 3 - $0.count) } ?? "000"
        local = "\(match.1)-\(match.2)-\(match.3)T\(match.4):\(match.5):\(match.6).\(fraction)"
        guard let sign = match.8, let hours = match.9.flatMap({ Int($0) }), let minutes = match.10.flatMap({ Int($0) })
        else {
            offset = 0
            return
        }
        guard hours < 24, minutes < 60 else { return nil }
        offset = (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
