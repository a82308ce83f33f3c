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

    /// What a comparison found.
    struct Found {
        /// What differs.
        var residue: [Residue] = []
        /// What others had done and is not there any more.
        var gone: [Residue] = []
        /// The targets that were compared.
        var compared: [String] = []
    }

    /// What differs now from the catalogs of these digests; a catalog that is lost, or is not what it was, keeps nothing
    /// from being taken back.
    func compare(
        with digests: [String: String], _ sessions: PhaseSessions, knowing others: [Residue] = []
    ) async throws -> Found {
        var found = Found()
        for (target, digest) in digests.sorted(by: { $0.key < $1.key }) {
            guard let before = context.directory.catalog(digest) else {
                let words =
                    "\(target): a schema that was kept is lost (catalogs/\(digest)), so nothing is compared with it"
                try await context.log.report(.noticed(step: "", severity: "WARNING", code: "", message: words))
                continue
            }
            found.compared.append(target)
            let session = try await sessions.session(target)
            let now = try await session.catalog(deadline: 60_000.deadlineFromNow)
            found.gone += others.filter { $0.target == target }.gone(from: now, since: before)
            found.residue += now.differences(since: before).map { difference in
                Residue(
                    target: target, kind: difference.kind, object: "\(difference.objectKind) \(difference.name)",
                    before: difference.before, after: difference.after)
            }
        }
        return found
    }
}

extension [Residue] {
    /// Whether anything differs that is more than order or blanks.
    public var isSerious: Bool { contains { $0.kind != .rearranged } }
}
