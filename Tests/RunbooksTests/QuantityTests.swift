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
