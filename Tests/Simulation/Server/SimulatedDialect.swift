import Databases

/// The simulated server's words for what all engines can do.
struct SimulatedDialect: Dialect {
    let capabilities = Capabilities(
        transactionalDDL: true, roles: true, settings: true, concurrentIndexes: true, concurrentWriters: true)
    let beginWrite: SQLStatement = "BEGIN"
    let beginReadOnly: SQLStatement = "BEGIN READ ONLY"
    let transactionIdentifier: SQLStatement? = "SELECT transaction"
    let ledgerPrefix = "gonogo."
    let ledgerPreparation: [SQLStatement] = []
    let tryLock: SQLStatement? = "LOCK"
    let unlock: SQLStatement? = "UNLOCK"

    func applySettings(_ settings: [(name: String, value: String)]) -> SQLStatement? {
        SQLStatement("SET LOCAL", settings.flatMap { [$0.name, $0.value] })
    }

    func applySessionSettings(_ settings: [(name: String, value: String)]) -> SQLStatement? {
        SQLStatement("SET SESSION", settings.flatMap { [$0.name, $0.value] })
    }

    func assumeRole(_ role: String) -> SQLStatement? { SQLStatement("SET ROLE", [role]) }
    let isFree: SQLStatement? = "FREE"
    let holder: SQLStatement? = "HOLDER"

    func work(for run: String) -> SQLStatement? { SQLStatement("WORK", [run]) }
    func sessions(workingFor run: String?) -> SQLStatement? { SQLStatement("SESSIONS", [run]) }
    func blockers(of process: Int) -> SQLStatement? { SQLStatement("BLOCKERS", [String(process)]) }

    func end(session process: String, since start: String) -> SQLStatement? {
        SQLStatement("END SESSION", [process, start])
    }
    func identifier(_ name: String) -> String { "\"\(name)\"" }
    func literal(_ text: String) -> String { "'\(text)'" }
    func explain(_ query: String) -> String { "EXPLAIN \(query)" }
    func indexes(inExplained result: StatementResult) -> [String] { [] }
    func indexState(schema: String?, name: String, table: String?) -> SQLStatement? { SQLStatement("INDEX", [name]) }
}
