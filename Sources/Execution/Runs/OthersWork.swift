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
        guard outcome.isOrderly, !state.mayBeAtWork, state.hasActed(in: plan), !Task.isCancelled else { return }
        let targets = Set(state.phases.flatMap(\.catalogs.keys)).sorted()
        let sessions = PhaseSessions(self)
        let catalogs = try? await Catalogs(context: self).take(targets, sessions)
        await sessions.close()
        if let catalogs { try await log.announce(.catalogsLeft(catalogs)) }
    }

    /// Writes down what others changed since the run ended.
    func noteOthersWork() async throws(FileFailure) {
        let left = await log.state.catalogsLeft
        guard !left.isEmpty else { return }
        let sessions = PhaseSessions(self)
        let changes = try? await Catalogs(context: self).compare(with: left, sessions).residue
        await sessions.close()
        try await log.announce(.changedByOthers(changes ?? []))
    }
}

extension RunState {
    /// Whether a server may be at work still for it.
    fileprivate var mayBeAtWork: Bool {
        phases.contains { $0.inDoubt != nil || $0.failure == .disconnected || $0.status == .rollingBack }
    }

    /// Whether a difference is others' work alone: what was there before them is what should be there, and what is
    /// there now is what they made of it.
    func isOthersWork(_ difference: Residue) -> Bool { others.contains(difference) }
}

extension [Residue] {
    /// What of others' work is not there any more: a rollback that drops a thing drops what others hung on to it.
    ///
    /// Only what came after the earlier catalog, or was in it, can be missed: what the run itself changed since is not.
    func gone(from now: CatalogSnapshot, since before: CatalogSnapshot) -> [Residue] {
        guard !isEmpty else { return [] }
        let (before, now) = (before.definitions, now.definitions)
        // What was changed twice is as it was left last.
        let latest = Dictionary(map { ($0.object, $0) }) { $1 }.values.sorted { $0.object < $1.object }
        return latest.filter { change in
            guard change.kind != .rearranged, let made = change.after else { return false }
            let was = before[change.object]
            return now[change.object] != made && (was == change.before || was == made)
        }
    }
}

extension CatalogSnapshot {
    /// The definition of each object, by kind and name.
    fileprivate var definitions: [String: String] {
        Dictionary(entries.map { ("\($0.kind) \($0.name)", $0.definition) }) { $1 }
    }
}

extension Residue {
    /// What this change and a later one of the same object come to; nil when they cancel out or are of different ones.
    func followed(by later: Residue) -> Residue? {
        guard (target, object, after) == (later.target, later.object, later.before), before != later.after,
            (kind == .rearranged) == (later.kind == .rearranged)
        else { return nil }
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
