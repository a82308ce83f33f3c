import Databases
import Planning

extension Runner {
    /// Who acts for a run now, by the ledgers of its targets; empty where none knows it.
    ///
    /// - Throws: `RunRefusal` when a target cannot be asked.
    public func holders(of directory: RunDirectory) async throws(RunRefusal) -> [String: RunHolder] {
        try await holders(of: directory.run, in: directory.planToFollow().usedTargets)
    }

    private func holders(of run: String, in targets: [PlannedTarget]) async throws(RunRefusal) -> [String: RunHolder] {
        var holders: [String: RunHolder] = [:]
        for target in targets {
            try await visiting(target, run) { session throws(RunRefusal) in
                holders[target.name] = await session.ledgersHolder(run)
            }
        }
        return holders
    }

    /// Whether somebody may act for a run still: a ledger says so, or a session holds a database for it, or a process
    /// here its journal.
    ///
    /// - Throws: `RunRefusal` when a target cannot be asked.
    public func isActedFor(_ directory: RunDirectory) async throws(RunRefusal) -> Bool {
        var isActedFor = directory.isHeld
        let run = directory.run
        for target in try directory.planToFollow().usedTargets {
            try await visiting(target, run) { session throws(RunRefusal) in
                let row = try? await session.execute(Ledger(session.dialect).run(run)).rows.first
                let status = row.flatMap(EarlierRun.init)?.status
                let holder = await session.lockHolder()
                isActedFor = isActedFor || status == .running || holder?.run == run
            }
        }
        return isActedFor
    }

    /// Takes a run away from whoever acts for it, so that it can be gone on with.
    ///
    /// Ends the process, when it is on this machine, and its sessions, and raises the epoch: what is left of it can write
    /// nothing any more.
    /// - Parameters:
    ///   - directory: the run.
    ///   - nonce: the word that came with the holder's name: it is another one each time somebody else acts.
    /// - Throws: `RunRefusal` when it is not the one who acts now, or when a session does not end.
    public func takeOver(_ directory: RunDirectory, nonce: String) async throws(RunRefusal) {
        let targets = try directory.planToFollow().usedTargets
        let holders = try await holders(of: directory.run, in: targets)
        guard !holders.isEmpty else { throw .runNotInLedger(run: directory.run, target: "any of its databases") }
        for (target, holder) in holders.sorted(by: { $0.key < $1.key }) where holder.nonce != nonce {
            throw .otherHolder(target: target, holder)
        }
        for holder in holders.values { holder.process.map(CurrentMachine.value.end) }
        for target in targets {
            try await visiting(target, directory.run) { session throws(RunRefusal) in
                await endHolder(session, of: directory.run)
            }
        }
        try await Runner(environment.waiting(.seconds(30))).holding(directory) {
            plan, lines, guards throws(RunRefusal) in
            let state = RunState(lines.map(\.event))
            let known = try await ledgerRows(of: directory.run, state, guards)
            try await inspect(directory, lines, plan, known, guards)
            // One that has ended stays ended.
            guard known.isOpen else { return }
            let epochs = try await takeOver(directory.run, guards, plan, known.cycle)
            for held in guards {
                try await held.finish(directory.run, status: .stopped, epoch: epochs[held.target.name] ?? 1)
            }
        }
    }

    /// Ends the session that holds the ledger's lock for the run; those that work for it end when it is taken up.
    private func endHolder(_ session: any DatabaseSession, of run: String) async {
        guard let question = session.dialect.holder, let row = try? await session.execute(question).rows.first,
            row.count == 4, row[2].text == RunEnvironment.holding + run, let process = row[0].text,
            let start = row[1].text, let end = session.dialect.end(session: process, since: start)
        else { return }
        _ = try? await session.execute(end)
    }

    private func visiting(
        _ target: PlannedTarget, _ run: String, _ work: (any DatabaseSession) async throws(RunRefusal) -> Void
    ) async throws(RunRefusal) {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            session = try await environment.open(target, "gonogo-takeover/\(run)")
        } catch {
            throw .cannotConnect(target: target.name, display: target.display, error)
        }
        do throws(RunRefusal) {
            try await work(session)
            await session.close()
        } catch {
            await session.close()
            throw error
        }
    }
}
