import Databases
import Statements

/// An index as it was found: its state (`valid`, `invalid`, `absent`, or `elsewhere` on another table), and its name and its table's as SQL text.
struct FoundIndex {
    let state: String
    let path: String
    let table: String
}

extension DatabaseSession {
    /// How an index stands that a statement names.
    func find(_ index: ConcurrentIndex) async throws(DatabaseError) -> FoundIndex {
        let question = dialect.indexState(schema: index.schema, name: index.name, table: index.table)
        guard let question, let row = try await execute(question).rows.first, row.count == 3 else {
            return FoundIndex(state: "absent", path: "", table: "")
        }
        return FoundIndex(state: row[0].text ?? "absent", path: row[1].text ?? "", table: row[2].text ?? "")
    }

    /// Drops an invalid index; what cannot be dropped now is said, and left.
    func dropping(_ index: FoundIndex) async throws(DatabaseError) -> (
        remark: String?, leaves: Event.Leaves
    ) {
        do throws(DatabaseError) {
            return (try await drop(index) ? "invalid index \(index.path) dropped" : nil, .nothing)
        } catch {
            guard error.kind == .statement else { throw error }
            return ("invalid index \(index.path) could not be dropped: \(error.message)", .part)
        }
    }

    /// Drops an index unless it is valid once nobody builds on its table any more.
    ///
    /// - Throws: `DatabaseError` with code 55P03 when somebody builds there for long.
    func drop(_ index: FoundIndex) async throws(DatabaseError) -> Bool {
        if let (wait, invalid) = dialect.awaitBuilds(of: index.path, on: index.table) {
            _ = try await execute(dialect.beginWrite)
            do throws(DatabaseError) {
                if let limit = dialect.applySettings([(name: "lock_timeout", value: "10s")]) {
                    _ = try await execute(limit)
                }
                _ = try await execute(wait)
                let isInvalid = try await stays(invalid)
                await endTransaction()
                guard isInvalid else { return false }
            } catch {
                await endTransaction()
                throw error
            }
        }
        _ = try await execute(SQLStatement("DROP INDEX CONCURRENTLY \(index.path)"))
        return true
    }

    /// Whether an index is invalid, and nobody is about to change that.
    private func stays(_ invalid: SQLStatement) async throws(DatabaseError) -> Bool {
        var ended: String?
        while let row = try await execute(invalid).rows.first, row.count == 2 {
            let changer = row[0].text ?? "0"
            // Who has ended, and is there still when looked at again, has taken the change back.
            if changer == "0" || changer == ended { return true }
            ended = row[1] == .boolean(false) ? changer : nil
            if ended == nil { await Time.sleep(for: .milliseconds(20)) }
        }
        return false
    }
}
