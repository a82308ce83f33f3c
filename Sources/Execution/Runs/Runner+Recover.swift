import CanonicalJSON
import Databases
public import Planning

/// What came of a journal that was rebuilt.
public struct RecoveredJournal: Sendable {
    /// How many lines of the old one are left.
    public let kept: Int
    /// How many were learned from the ledgers.
    public let added: Int
    /// What no ledger knows.
    public let lost: [String]
    /// Where the old journal is now; nil when there was none.
    public let old: String?
    /// Whether its plan was not there, or not the one the ledgers know, and was written anew.
    public let isPlanNew: Bool
}

extension Runner {
    /// Rebuilds a journal that is lost, damaged or an older copy: the lines that are good, then what the ledgers know.
    ///
    /// The old journal is kept beside it. With a plan the run's folder is made anew, when it is gone.
    /// - Throws: `RunRefusal` when the ledgers do not know the run, know another plan of it, or know less than the journal.
    public func recover(_ run: String, plan: Plan) async throws(RunRefusal) -> RecoveredJournal {
        let directory = RunDirectory(run: run, state: environment.stateDirectory)
        return try await holding(plan, as: run) { guards throws(RunRefusal) in
            try await refuseHeld(directory, guards)
            for held in guards { try await Orphans(run: run, held: held, environment: environment).clear() }
            return try await rebuild(directory, plan, guards)
        }
    }

    private func rebuild(
        _ directory: RunDirectory, _ plan: Plan, _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> RecoveredJournal {
        var rows: [EarlierRun] = []
        for held in guards {
            guard let row = try await held.row(of: directory.run) else {
                throw .runNotInLedger(run: directory.run, target: held.target.name)
            }
            guard row.plan == plan.work.hex else {
                throw .notItsPlan(
                    run: row.run, theirs: String(row.plan.prefix(12)), ours: String(plan.work.hex.prefix(12)))
            }
            guard row.database == held.identity.fingerprint else { throw .copiedLedger(target: held.target.name) }
            rows.append(row)
        }
        let lines = directory.goodLines()
        let plan = try its(plan, directory, lines)
        let cycle = rows.map(\.cycle).max() ?? 1
        let recovery = try await recovery(of: directory.run, plan, lines, rows, guards, cycle)
        do throws(FileFailure) {
            return try await write(recovery, to: directory, lines, guards, cycle)
        } catch {
            throw .state(error)
        }
    }

    /// The plan the run began with: that of its folder where it plans the same work, since a plan made anew is bound to
    /// nothing.
    private func its(
        _ plan: Plan, _ directory: RunDirectory, _ lines: [JournalLine]
    ) throws(RunRefusal) -> Plan {
        let kept = (try? directory.plan()).flatMap { $0.work == plan.work ? $0 : nil }
        let plan = kept ?? plan
        let begun = RunState(lines.map(\.event)).plan
        guard begun.isEmpty || begun == plan.digest.hex else {
            throw .notItsPlan(
                run: directory.run, theirs: String(begun.prefix(12)), ours: String(plan.digest.hex.prefix(12)))
        }
        return plan
    }

    /// What is missing, unless a ledger knows less than the journal.
    private func recovery(
        of run: String, _ plan: Plan, _ lines: [JournalLine], _ rows: [EarlierRun], _ guards: [TargetGuard],
        _ cycle: Int
    ) async throws(RunRefusal) -> Recovery {
        var markers: [String: [LedgerMarker]] = [:]
        let divergence = Divergence(plan: plan, lines: lines)
        for held in guards {
            let found = try await held.markers(of: plan, cycle: cycle)
            if let refusal = divergence.missing(among: found, of: held, run) { throw refusal }
            markers[held.target.name] = found
        }
        let ends = Set(rows.map(\.status))
        return Recovery(
            plan: plan, state: RunState(lines.map(\.event)), markers: markers,
            end: ends == [.done] ? .done : ends == [.undone] ? .unwound : nil)
    }

    private func write(
        _ recovery: Recovery, to directory: RunDirectory, _ lines: [JournalLine], _ guards: [TargetGuard], _ cycle: Int
    ) async throws(FileFailure) -> RecoveredJournal {
        let plan = recovery.plan
        let isPlanNew = try directory.restore(plan)
        let old = try directory.cutJournal(to: lines.count)
        let log = try RunLog(directory: directory, after: lines, observe: environment.observe)
        var events = recovery.events
        if lines.isEmpty {
            events.insert(
                .runStarted(
                    Event.RunStart(
                        run: directory.run, direction: .forward, name: plan.name, plan: plan.digest.hex, cycle: cycle,
                        targets: Self.descriptions(of: guards), operatorName: environment.operatorName,
                        databases: Self.fingerprints(of: guards))), at: 0)
        }
        let known = Set(lines.map(\.hash.hex))
        let heads = recovery.heads.subtracting(known)
        let lost = recovery.lost
        let account = Event.runRecovered(
            Event.RunRecovery(heads: heads.sorted(), lost: lost, operatorName: environment.operatorName))
        events.insert(account, at: lines.isEmpty ? 1 : 0)
        for event in events { try await log.report(event) }
        if let failure = await log.sync() { throw failure }
        await log.close()
        return RecoveredJournal(kept: lines.count, added: events.count, lost: lost, old: old, isPlanNew: isPlanNew)
    }
}
