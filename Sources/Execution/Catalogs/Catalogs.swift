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

    /// What differs now from kept catalogs, others' work apart; a catalog that is lost, or is not what it was, keeps
    /// nothing from being taken back.
    func compare(with catalogs: [String: KeptCatalog], _ sessions: PhaseSessions) async throws -> Found {
        var found = Found()
        for (target, kept) in catalogs.sorted(by: { $0.key < $1.key }) {
            guard let before = context.directory.catalog(kept.digest) else {
                let words =
                    "\(target): a schema that was kept is lost (catalogs/\(kept.digest)), so nothing is compared with it"
                try await context.log.report(.noticed(step: "", severity: "WARNING", code: "", message: words))
                continue
            }
            found.compared.append(target)
            let session = try await sessions.session(target)
            let now = try await session.catalog(deadline: 60_000.deadlineFromNow)
            // As the journal has what it is held against.
            let redactor = context.log.redactor
            found.gone += kept.others.gone(from: now, since: before, redacted: { redactor.redact($0) })
            let differences = now.differences(since: before).map { difference in
                Residue(
                    target: target, kind: difference.kind,
                    object: redactor.redact("\(difference.objectKind) \(difference.name)"),
                    before: difference.before.map { redactor.redact($0) },
                    after: difference.after.map { redactor.redact($0) })
            }
            // What was there before others changed it, and is now what they made of it, is neither the run's nor missing.
            found.residue += differences.filter { !kept.others.contains($0) }
        }
        return found
    }
}

extension [Residue] {
    /// Whether anything differs that is more than order or blanks.
    public var isSerious: Bool { contains { $0.kind != .rearranged } }
}
