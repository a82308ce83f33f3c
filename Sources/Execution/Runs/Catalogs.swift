import CanonicalJSON
import Databases
import Planning

/// Takes catalogs of targets and compares them with earlier ones.
struct Catalogs {
    let context: RunContext

    /// Takes and keeps the catalogs of these targets; their digests, by target.
    func take(_ targets: [String], _ sessions: PhaseSessions) async throws -> [String: String] {
        var digests: [String: String] = [:]
        for target in targets {
            let session = try await sessions.session(target)
            let catalog = try await session.catalog(deadline: 60_000.deadlineFromNow)
            digests[target] = try context.directory.keep(catalog).hex
        }
        return digests
    }

    /// What differs now from the catalogs of these digests, and the targets that were compared: a catalog that is lost,
    /// or is not what it was, keeps nothing from being taken back.
    func residue(
        since digests: [String: String], _ sessions: PhaseSessions
    ) async throws -> (residue: [Residue], compared: [String]) {
        var residue: [Residue] = []
        var compared: [String] = []
        for (target, digest) in digests.sorted(by: { $0.key < $1.key }) {
            guard let before = context.directory.catalog(digest) else {
                let words =
                    "\(target): a schema that was kept is lost (catalogs/\(digest)), so nothing is compared with it"
                try await context.log.report(.noticed(step: "", severity: "WARNING", code: "", message: words))
                continue
            }
            compared.append(target)
            let session = try await sessions.session(target)
            let now = try await session.catalog(deadline: 60_000.deadlineFromNow)
            residue += now.differences(since: before).map { difference in
                Residue(
                    target: target, kind: difference.kind, object: "\(difference.objectKind) \(difference.name)",
                    before: difference.before, after: difference.after)
            }
        }
        return (residue, compared)
    }
}

extension [Residue] {
    /// Whether anything differs that is more than order or blanks.
    public var isSerious: Bool { contains { $0.kind != .rearranged } }
}
