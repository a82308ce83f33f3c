import Databases
import Planning
import Statements

/// An index that is built or dropped while others go on working.
///
/// A concurrent build that fails leaves an invalid index, which `IF NOT EXISTS` then takes for success and a schema
/// dump does not show. One that another session is building at the moment looks the same, so before anything is dropped
/// it is waited for until nobody builds.
struct IndexWork: OutsideWork {
    let letsOthersThrough = true
    let index: ConcurrentIndex
    let session: any DatabaseSession

    func prepare(again: Bool) async throws(DatabaseError) -> Preparation {
        let found = try await find()
        switch (index.action, found.state) {
        case (.create, "invalid"):
            // Somebody who was building it has finished, or failed.
            guard try await session.drop(found) else { return try await prepare(again: again) }
            return .ready(remark: "index \(index.name) was there and invalid: dropped, to be built again")
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
        guard found.state == "invalid" else { return (nil, .nothing) }
        guard index.action == .drop else { return try await session.dropping(found) }
        return ("index \(index.name) is invalid now: dropping it again finishes the job", .part)
    }

    private func find() async throws(DatabaseError) -> FoundIndex { try await session.find(index) }
}
