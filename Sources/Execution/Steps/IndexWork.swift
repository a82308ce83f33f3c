import Databases
import Planning
import Statements

/// Index work whose outcome is in the catalog: looked at before and after, and cleaned up after a failure.
///
/// A concurrent build that fails leaves an invalid index, which `IF NOT EXISTS` then takes for success and a schema
/// dump does not show.
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

    func prepare() async throws(DatabaseError) -> Preparation {
        switch (index.action, try await state(index.name)) {
        case (.create, "invalid"):
            try await drop(index.name)
            return .ready(remark: "index \(index.name) was there and invalid: dropped, to be built again")
        case (.rebuild, _): return .ready(remark: try await dropInvalid(index.name + "_ccnew").remark)
        case (.create, "valid") where index.tolerant: return .needless(reason: "index \(index.name) is there and valid")
        case (.create, "valid"): return .impossible(reason: "index \(index.name) is there already")
        case (.drop, "absent"): return .needless(reason: "index \(index.name) is not there")
        default: return .ready(remark: nil)
        }
    }

    func wasDone() async throws(DatabaseError) -> Bool {
        switch (index.action, try await state(index.name)) {
        case (.create, "valid"), (.drop, "absent"): true
        default: false
        }
    }

    func problemAfterwards() async throws(DatabaseError) -> String? {
        let state = try await state(index.name)
        let wanted = index.action == .drop ? "absent" : "valid"
        return state == wanted ? nil : "index \(index.name) is \(state) after \(index.action.rawValue)"
    }

    func cleanUp() async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves) {
        switch index.action {
        case .create: return try await dropInvalid(index.name)
        case .rebuild: return try await dropInvalid(index.name + "_ccnew")
        case .drop:
            guard try await state(index.name) == "invalid" else { return (nil, .nothing) }
            return ("index \(index.name) is invalid now: dropping it again finishes the job", .part)
        }
    }

    private func dropInvalid(_ name: String) async throws(DatabaseError) -> (remark: String?, leaves: Event.Leaves) {
        guard try await state(name) == "invalid" else { return (nil, .nothing) }
        do throws(DatabaseError) {
            try await drop(name)
            return ("invalid index \(name) dropped", .nothing)
        } catch {
            guard error.kind == .statement else { throw error }
            return ("invalid index \(name) could not be dropped: \(error.message)", .part)
        }
    }

    private func state(_ name: String) async throws(DatabaseError) -> String {
        guard let probe = session.dialect.indexState(schema: index.schema, name: name) else { return "absent" }
        return try await session.execute(probe).rows.first?.first?.text ?? "absent"
    }

    private func drop(_ name: String) async throws(DatabaseError) {
        let schema = index.schema.map { session.dialect.identifier($0) + "." } ?? ""
        _ = try await session.execute(
            SQLStatement("DROP INDEX CONCURRENTLY \(schema)\(session.dialect.identifier(name))")
        )
    }
}
