import Databases
import TestSupport
import Testing

struct `A statement that is only parsed` {
    @Test(arguments: engines)
    func `is understood and not run`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.parse("CREATE TABLE parsed (a int)", deadline: nil)
        await #expect(throws: DatabaseError.self) { try await session.execute("SELECT * FROM parsed") }
    }

    @Test(arguments: engines)
    func `is refused for its syntax, and the session goes on`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let error = await #expect(throws: DatabaseError.self) {
            try await session.parse("SELEC 1", deadline: nil)
        }
        #expect(error?.isSyntaxError == true)
        #expect(try await session.value("SELECT 1") == "1")
    }

    @Test(arguments: engines)
    func `is no syntax error when it names what is not there`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let error = await #expect(throws: DatabaseError.self) {
            try await session.parse("SELECT * FROM nowhere", deadline: nil)
        }
        #expect(error?.isSyntaxError == false)
    }
}
