import Databases
import Planning
import Statements

/// Index work whose outcome is in the catalog: looked at before and after, and cleaned up after a failure.
///
/// A concurrent build that fails leaves an invalid index, which `IF NOT EXISTS` then takes for success and a schema
/// dump does not show. One that another session is building at the moment looks the same, so before anything is dropped
/// it is waited for until nobody builds.
struct IndexWork: OutsideWork {
    let letsOthersThrough = true
    private let index: ConcurrentIndex
    private let session: any DatabaseSession

    /// The index work of a statement, whose name may only be known once its variables are in place.
    init?(_ statement: PlannedStatement, bound text: String, _ session: any DatabaseSession) {
        guard session.dialect.capabilities.concurrentIndexes,
            let index = statement.concurrentIndex ?? ConcurrentIndex.asked(by: text)
        else { return nil }
        self.index = index
        self.session = session
    }

    func prepare(again: Bool) async throws(DatabaseError) -> Preparation {
        let found = try await find()
        switch (index.action, found.state) {
        case (.create, "invalid"):
            // Somebody who was building it has finished, or failed.
            guard try await session.drop(found) else { return try await prepare(again: again) }
            return .ready(remark: "index \(index.name) was there and invalid: dropped, to be built again")
        case (.rebuild, _):
            return .ready(remark: try await session.dropBrokenRebuilds(index.schema, index.name).remark)
        case (.create, "valid") where index.tolerant: return .needless(reason: "index \(index.name) is there and valid")
        case (.create, "valid"): return .impossible(reason: "index \(index.name) is there already")
        // The server passes it over by its name alone.
        case (.create, "elsewhere"): return .impossible(reason: "index \(index.name) is there, on \(found.table)")
        case (.drop, "absent") where index.tolerant || again:
            return .needless(reason: "index \(index.name) is not there")
        default: return .ready(remark: nil)
        }
    }

    func wasDone() async throws(DatabaseError) -> Bool {
        switch (index.action, try await find().state) {
        case (.create, "valid"), (.drop, "absent"): true
        default: false
        }
    }

    func problemAfterwards() async throws(DatabaseError) -> String? {
        let state = try await find().state
        let wanted = index.action == .drop ? "absent" : "valid"
        return state == wanted ? nil : "index \(index.name) is \(state) after \(index.action.rawValue)"
    }

    func cleanUp(after error: DatabaseError?) async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves) {
        // What was there under the name is somebody else's.
        if error?.code == "42P07" { return (nil, .nothing) }
        let found = try await find()
        switch index.action {
        case .rebuild: return try await session.dropBrokenRebuilds(index.schema, index.name)
        case .create:
            guard found.state == "invalid" else { return (nil, .nothing) }
            return try await session.dropping(found)
        case .drop:
            guard found.state == "invalid" else { return (nil, .nothing) }
            return ("index \(index.name) is invalid now: dropping it again finishes the job", .part)
        }
    }

    private func find() async throws(DatabaseError) -> FoundIndex {
        let question = session.dialect.indexState(schema: index.schema, name: index.name, table: index.table)
        guard let question, let row = try await session.execute(question).rows.first, row.count == 3 else {
            return FoundIndex(state: "absent", path: "", table: "")
        }
        return FoundIndex(state: row[0].text ?? "absent", path: row[1].text ?? "", table: row[2].text ?? "")
    }
}

/// An index as it was found: its state, and its name and its table's as SQL text.
private struct FoundIndex {
    let state: String
    let path: String
    let table: String
}

extension DatabaseSession {
    /// Drops what a rebuilding that was broken off left of an index, or of the indexes of a table.
    func dropBrokenRebuilds(
        _ schema: String?, _ name: String, isTable: Bool = false
    ) async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves) {
        guard let question = dialect.brokenRebuilds(schema: schema, name: name, isTable: isTable) else {
            return (nil, .nothing)
        }
        var remarks: [String] = []
        for row in try await execute(question).rows where row.count == 2 {
            let broken = FoundIndex(state: "invalid", path: row[0].text ?? "", table: row[1].text ?? "")
            let (remark, leaves) = try await dropping(broken)
            if let remark { remarks.append(remark) }
            guard leaves == .nothing else { return (remarks.joined(separator: "; "), leaves) }
        }
        return (remarks.isEmpty ? nil : remarks.joined(separator: "; "), .nothing)
    }

    /// Drops an invalid index; what cannot be dropped now is said, and left.
    fileprivate func dropping(_ index: FoundIndex) async throws(DatabaseError) -> (
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
    fileprivate func drop(_ index: FoundIndex) async throws(DatabaseError) -> Bool {
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
