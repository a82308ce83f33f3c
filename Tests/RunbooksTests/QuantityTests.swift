@testable import Runbooks
import Testing

struct `A duration` {
    @Test(arguments: [
        ("100ms", Duration.milliseconds(100)), ("30s", .seconds(30)), ("5m", .seconds(300)),
        ("2h", .seconds(7200)),
        ("1d", .seconds(86_400)), ("2w", .seconds(1_209_600)), ("1h30m", .seconds(5400)),
        ("1.5s", .milliseconds(1500)),
        ("0s", .zero), ("1m0.25s", .milliseconds(60_250)),
    ])
    func `is numbers with units`(_ text: String, _ duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "30", "s", "5 m", "-5m", "5min", "1.s", ".5s", "1..5s", "5M", "1h 30m", "5mm", "٣s", "1,5s",
        "9999999999999w", "99999999999999999999s", "5m5",
    ])
    func `is nothing else`(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}

struct `A moment` {
    @Test(arguments: [
        ("2025-10-18T22:00:00-04:00", "2025-10-18T22:00:00.000", -240),
        ("2024-02-29T00:00:00.5Z", "2024-02-29T00:00:00.500", 0),
        ("2025-12-31T23:59:59.123+05:45", "2025-12-31T23:59:59.123", 345),
    ])
    func `is date, time and offset`(_ text: String, _ local: String, _ offset: Int) {
        #expect(WrittenMoment(parsing: text) == WrittenMoment(local: local, offset: offset))
    }

    @Test(arguments: [
        "", "2025-10-18", "2025-10-18T22:00:00", "2025-10-18 22:00:00Z", "2025-10-18T22:00Z", "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2025-04-31T00:00:00Z",
        "2025-10-18T24:00:00Z", "2025-10-18T22:60:00Z", "2025-10-18T22:00:60Z", "2025-10-18T22:00:00+24:00",
        "2025-10-18T22:00:00+4", "2025-10-18T22:00:00.1234Z", "٢٠٢٥-10-18T22:00:00Z", "2025-10-18T22:00:00z ",
    ])
    func `is nothing else`(_ text: String) {
        #expect(WrittenMoment(parsing: text) == nil)
    }
}

struct `A quantity` {
    @Test(arguments: [
        ("5", "5"), ("-5", "-5"), ("1.50", "1.5"), ("0.1%", "0.1"), ("80%", "80"), ("20GB", "20000000000"),
        ("1.5KiB", "1536"), ("1GiB", "1073741824"), ("512B", "512"), ("1kB", "1000"),
        ("2TB", "2000000000000"),
        ("2TiB", "2199023255552"), ("100ms", "100"), ("0.5ms", "0.5"), ("1.5s", "1500"), ("1h30m", "5400000"),
        ("0", "0"), ("130000", "130000"), ("3MiB", "3145728"), ("7MB", "7000000"),
    ])
    func `is exact`(_ text: String, _ digits: String) throws {
        let quantity = try #require(Quantity(parsing: text))
        #expect(quantity.digits == digits)
        #expect(quantity.written == text)
    }

    @Test(arguments: [
        "", "-", "GB", "5gb", "5 GB", "5KB", "1e3", "5%%", "--5", "1.2.3", "-5ms", "99999999999TB",
    ])
    func `is nothing else`(_ text: String) {
        #expect(Quantity(parsing: text) == nil)
    }
}
