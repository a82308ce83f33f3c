import Runbooks
import Testing

struct `The worked examples` {
    static let names = Files.names(in: Files.golden + "/good-input")
    static let environment = [
        "DATABASE_URL": "postgres://localhost/v2", "STAGING_DATABASE_URL": "postgres://localhost/staging",
    ]

    @Test(arguments: names)
    func `decode without a finding`(_ name: String) throws {
        let bytes = try #require(Files.read(Files.golden + "/good-input/" + name))
        let result = decode(bytes, name: name, environment: Self.environment)
        #expect(result.rendered == "")
        #expect(result.runbook != nil)
    }
}
