import Databases
import Statements

/// An index, or all of a table, that is rebuilt while others go on working.
///
/// One that is broken off leaves invalid indexes under names of its own, which every write has to keep up.
struct RebuildWork: OutsideWork {
    let letsOthersThrough = true
    private let schema: String?
    private let name: String
    /// The index, unless it is a table's.
    private let index: ConcurrentIndex?
    private let session: any DatabaseSession

    /// The rebuilding of one index.
    init(_ index: ConcurrentIndex, _ session: any DatabaseSession) {
        (schema, name, self.index, self.session) = (index.schema, index.name, index, session)
    }

    /// The rebuilding of a table's indexes.
    init(of table: OutsideJob.Name, _ session: any DatabaseSession) {
        (schema, name, index, self.session) = (table.schema, table.name, nil, session)
    }

    func prepare(again: Bool) async throws(DatabaseError) -> Preparation {
        .ready(remark: try await dropBroken().remark)
    }

    /// Nobody can tell, and it may be done again.
    func wasDone() async throws(DatabaseError) -> Bool { false }

    func problemAfterwards() async throws(DatabaseError) -> String? {
        guard let index else { return nil }
        let state = try await session.find(index).state
        return state == "valid" ? nil : "index \(name) is \(state) after rebuild"
    }

    func cleanUp(after error: DatabaseError?) async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves) {
        try await dropBroken()
    }

    /// Drops what a rebuilding that was broken off left.
    private func dropBroken() async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves) {
        guard let question = session.dialect.brokenRebuilds(schema: schema, name: name, isTable: index == nil) else {
            return (nil, .nothing)
        }
        var remarks: [String] = []
        for row in try await session.execute(question).rows where row.count == 2 {
            let broken = FoundIndex(state: "invalid", path: row[0].text ?? "", table: row[1].text ?? "")
            let (remark, leaves) = try await session.dropping(broken)
            if let remark { remarks.append(remark) }
            guard leaves == .nothing else { return (remarks.joined(separator: "; "), leaves) }
        }
        return (remarks.isEmpty ? nil : remarks.joined(separator: "; "), .nothing)
    }
}
