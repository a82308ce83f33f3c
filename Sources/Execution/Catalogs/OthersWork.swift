import CanonicalJSON
import Databases
import Planning

/// What others do in the databases of a run while it does not run: it is not the run's, and no rollback of the run's
/// takes it away.
///
/// A run that ends keeps the catalogs it leaves. Before it goes on or is taken back they are read again, and what
/// differs is others' work, as nothing of the run's was at work in between.
extension RunContext {
    /// Keeps the catalogs a run leaves, as far as they can be read: without them others' work counts as left.
    func keepCatalogs(after outcome: Outcome) async throws(FileFailure) {
        let state = await log.state
        guard outcome.isOrderly, !state.mayBeAtWork, state.hasActed(in: plan), !Task.isCancelled,
            // Those from before are not looked at yet.
            state.catalogsLeft.isEmpty
        else { return }
        let targets = Set(state.phases.flatMap(\.catalogs.keys)).sorted()
        switch await read({ try await $0.take(targets, $1) }) {
        case .success(let catalogs): try await log.announce(.catalogsLeft(catalogs))
        case .failure(let error): try await warn("the schema that the run leaves could not be read", error)
        }
    }

    /// Writes down what others changed since the run ended; false when nobody could tell, and so nothing may be done.
    func noteOthersWork() async throws(FileFailure) -> Bool {
        let left = await log.state.catalogsLeft
        guard !left.isEmpty else { return true }
        let kept = left.mapValues { KeptCatalog(digest: $0) }
        switch await read({ try await $0.compare(with: kept, $1) }) {
        case .success(let found):
            try await log.announce(.changedByOthers(found.residue))
            return true
        case .failure(let error):
            try await warn("what others changed since the run stopped could not be read", error)
            return false
        }
    }

    /// Reads catalogs in sessions of their own.
    private func read<Found>(
        _ work: (Catalogs, PhaseSessions) async throws -> Found
    ) async -> Result<Found, any Error> {
        let sessions = PhaseSessions(self)
        let found: Result<Found, any Error>
        do { found = .success(try await work(Catalogs(context: self), sessions)) } catch { found = .failure(error) }
        await sessions.close()
        return found
    }

    private func warn(_ words: String, _ error: any Error) async throws(FileFailure) {
        let message = "\(words): \(error.message)"
        try await log.report(.noticed(step: "", severity: "WARNING", code: "", message: message))
    }
}

extension Error {
    fileprivate var message: String {
        (self as? DatabaseError)?.message ?? (self as? FileFailure)?.reason ?? "\(self)"
    }
}

extension RunState {
    /// A time in which the run stood still.
    struct Pause: Equatable {
        /// Its end: a place among the run's events.
        let end: Int
        /// What others changed then.
        let changes: [Residue]
    }

    /// What all that others changed came to.
    public var others: [Residue] { others(since: 0) }

    /// What others changed in the pauses that came after a place among the run's events, as one change of each thing.
    ///
    /// What the run itself changed between two pauses does not join, and counts twice.
    func others(since place: Int) -> [Residue] {
        var joined: [Residue?] = []
        // A thousand tables may have come in a pause.
        var latest: [String: Int] = [:]
        for change in pauses.lazy.filter({ $0.end > place }).flatMap(\.changes) {
            let key = "\(change.target) \(change.kind == .rearranged) \(change.object)"
            if let index = latest[key], let earlier = joined[index], earlier.after == change.before {
                joined[index] = earlier.followed(by: change)
            } else {
                latest[key] = joined.count
                joined.append(change)
            }
        }
        return joined.compactMap { $0 }
    }

    /// Whether a server may be at work still for it.
    fileprivate var mayBeAtWork: Bool {
        phases.contains { phase in
            phase.inDoubt != nil || phase.status == .rollingBack || !isUnwinding && phase.failure == .disconnected
        }
    }
}

extension [Residue] {
    /// What of others' work since a catalog was kept is not there any more: a rollback that drops a thing drops what
    /// others hung on to it.
    ///
    /// What the run itself changed in between is no matter of others.
    func gone(
        from now: CatalogSnapshot, since before: CatalogSnapshot, redacted redact: (String) -> String = { $0 }
    ) -> [Residue] {
        guard !isEmpty else { return [] }
        let (before, now) = (before.definitions(redact), now.definitions(redact))
        return filter { change in
            guard change.kind != .rearranged, let made = change.after else { return false }
            return before[change.object] == change.before && now[change.object] != made
        }
    }
}

extension CatalogSnapshot {
    /// The definition of each object, by kind and name.
    fileprivate func definitions(_ redact: (String) -> String) -> [String: String] {
        Dictionary(entries.map { (redact("\($0.kind) \($0.name)"), redact($0.definition)) }) { $1 }
    }
}

extension Residue {
    /// What this change and one that begins where it ended come to; nil when that is nothing.
    fileprivate func followed(by later: Residue) -> Residue? {
        guard before != later.after else { return nil }
        let kind: CatalogDifference.Kind =
            self.kind == .rearranged
            ? .rearranged : before == nil ? .added : later.after == nil ? .missing : .changed
        return Residue(target: target, kind: kind, object: object, before: before, after: later.after)
    }
}

extension Outcome {
    /// Whether nothing of the run can be at work any more once it ended so.
    fileprivate var isOrderly: Bool {
        switch self {
        case .done, .stopped, .waiting, .interrupted, .rolledBack, .stuck: true
        case .nothingToDo, .unwound, .noGo, .unknown, .superseded: false
        }
    }
}
