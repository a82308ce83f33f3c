import Databases
@testable import Statements
import TestSupport
import Testing

/// The functions that are taken to be the server's own, held against the one that is installed.
struct `Functions that are known` {
    @Test func `give the same for every row of a statement on the server, too`() async throws {
        let session = try await PostgresServer.shared.session()
        let rows = try await session.execute(
            "SELECT proname::text, bool_or(provolatile = 'v' AND prokind = 'f') FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY 1"
        ).rows
        await session.close()
        let volatile = Dictionary(uniqueKeysWithValues: rows.map { ($0[0].text ?? "", $0[1].text == "true") })
        #expect(KnownFunctions.settled.filter { volatile[$0] == nil } == [])
        #expect(KnownFunctions.settled.filter { volatile[$0] == true } == [])
        #expect(KnownFunctions.harmless.filter { volatile[$0] == nil } == [])
        let ownEffects = KnownFunctions.effects.keys.filter { !$0.hasPrefix("dblink") }
        #expect(ownEffects.filter { volatile[$0] == nil } == [])
        #expect(KnownFunctions.settled.isDisjoint(with: KnownFunctions.effects.keys))
    }
}
