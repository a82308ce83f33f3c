import CanonicalJSON
import Databases
public import Planning

/// A plan that was bound to its targets, and what their ledgers say of its work.
public struct BoundPlan: Sendable {
    /// The plan.
    public let plan: Plan
    /// Whether its work is done in every target, and stands.
    public let isDone: Bool
    /// Who would keep it waiting if it ran now.
    public let holders: [LockHolder]
}

/// What was found in one target.
private struct Found {
    let binding: TargetBinding
    let isDone: Bool
    /// What the catalog says; nil where the work has begun there already, so that it says what the plan makes.
    let facts: SchemaFacts?
    let holders: [LockHolder]
}

extension Runner {
    /// Binds a plan to the databases that answer now, and to what it may touch there, and reviews it knowing what is
    /// there; nothing is held or made.
    ///
    /// - Throws: `RunRefusal` when one cannot be reached or read.
    public func bind(_ plan: Plan) async throws(RunRefusal) -> BoundPlan {
        var found: [String: Found] = [:]
        for target in plan.usedTargets {
            let session: any DatabaseSession
            do throws(DatabaseError) {
                session = try await environment.open(target, "gonogo/plan")
            } catch {
                throw .cannotConnect(target: target.name, display: target.display, error)
            }
            let here: Result<Found, DatabaseError>
            do throws(DatabaseError) {
                here = .success(try await look(at: target, for: plan, session))
            } catch {
                here = .failure(error)
            }
            await session.close()
            do throws(DatabaseError) {
                found[target.name] = try here.get()
            } catch {
                throw .cannotConnect(target: target.name, display: target.display, error)
            }
        }
        return BoundPlan(
            plan: plan.bound(to: found.mapValues(\.binding)).reviewed(knowing: found.compactMapValues(\.facts)),
            isDone: found.values.allSatisfy(\.isDone),
            holders: plan.usedTargets.flatMap { found[$0.name]?.holders ?? [] })
    }

    private func look(
        at target: PlannedTarget, for plan: Plan, _ session: any DatabaseSession
    ) async throws(DatabaseError) -> Found {
        let ledger = Ledger(session.dialect)
        let question = ledger.runs(of: plan.work.hex, named: plan.name, variables: plan.variablesDigest.hex)
        var runs: [EarlierRun] = []
        do throws(DatabaseError) {
            runs = try await session.execute(question).rows.compactMap(EarlierRun.init)
        } catch {
            // A database that no run has been in has no ledger.
            guard error.kind == .statement else { throw error }
        }
        let mine = runs.filter { $0.plan == plan.work.hex && $0.database == session.identity.fingerprint }
        let catalog = try await session.catalog(deadline: 60_000.deadlineFromNow)
        let known = try await session.schemaFacts(deadline: 60_000.deadlineFromNow)
        let (objects, others) = TouchedObjects(plan, in: target.name, knowing: known).bound(catalog, of: known)
        let isServer = target.engine == .postgres
        let binding = TargetBinding(
            fingerprint: session.identity.fingerprint, database: isServer ? session.identity.database : nil,
            version: isServer ? session.identity.version : nil, cycle: (mine.map(\.cycle).max() ?? 0) + 1,
            objects: objects, others: others)
        let status = mine.first?.status
        let hasBegun = status.map { $0 != .undone } ?? false
        return Found(
            binding: binding, isDone: status == .done, facts: hasBegun ? nil : known,
            holders: hasBegun ? [] : try await LockHolder.now(for: plan, in: target, session))
    }

    /// Makes sure that a plan may be carried out as it was made: once, in the databases it is bound to, on the objects
    /// that were there.
    func refuseOthers(
        than plan: Plan, _ guards: [TargetGuard], telling: Bool = false
    ) async throws(RunRefusal) {
        for held in guards {
            if let binding = held.target.binding, binding.fingerprint != held.identity.fingerprint {
                throw .otherDatabase(
                    target: held.target.name, planned: Self.words(binding.fingerprint, binding.database),
                    found: Self.words(held.identity.fingerprint, held.identity.database))
            }
        }
        try await refuseAgain(plan, guards)
        var changes: [ObjectChange] = []
        for held in guards { changes += try await self.changes(since: plan, held, telling) }
        guard changes.isEmpty else { throw .changedObjects(changes) }
    }

    /// A plan is made for one run: what another did since, or this one before, is not what was reviewed.
    private func refuseAgain(_ plan: Plan, _ guards: [TargetGuard]) async throws(RunRefusal) {
        var done: [EarlierRun] = []
        var undone: EarlierRun?
        for held in guards {
            let mine = try await held.runs(of: plan, making: false).filter { $0.plan == plan.work.hex }
            for run in mine where run.database != held.identity.fingerprint {
                throw .copiedLedger(target: held.target.name)
            }
            guard let newest = mine.first else { continue }
            switch newest.status {
            case .done: done.append(newest)
            case .undone: if newest.cycle >= held.target.binding?.cycle ?? 1 { undone = newest }
            default: throw .unfinished(run: newest.run, status: newest.status.rawValue)
            }
        }
        if let run = done.first {
            throw done.count == guards.count
                ? .planDone(run: run.run, at: run.finishedAt) : .unfinished(run: run.run, status: run.status.rawValue)
        }
        if let undone { throw .planTakenBack(run: undone.run, at: undone.finishedAt) }
    }

    /// How what the plan may touch differs from what it was when the plan was made.
    private func changes(
        since plan: Plan, _ held: TargetGuard, _ isTelling: Bool
    ) async throws(RunRefusal) -> [ObjectChange] {
        guard let binding = held.target.binding else { return [] }
        let catalog: CatalogSnapshot
        let known: SchemaFacts?
        do throws(DatabaseError) {
            catalog = try await held.session.catalog(deadline: 60_000.deadlineFromNow)
            known = try await held.session.schemaFacts(deadline: 60_000.deadlineFromNow)
        } catch {
            throw .cannotConnect(target: held.target.name, display: held.target.display, error)
        }
        let (objects, others) = TouchedObjects(plan, in: held.target.name, knowing: known).bound(catalog, of: known)
        let changes = binding.changes(to: objects, in: held.target.name)
        guard isTelling else { return changes }
        if changes.isEmpty, others != binding.others {
            environment.tell(
                "\(held.target.name): other objects than the plan names have changed since it was made; it is carried out"
            )
        }
        if let version = binding.version, version != held.identity.version {
            environment.tell("\(held.target.name): the server is \(held.identity.version) now, and was \(version)")
        }
        return changes
    }

    private static func words(_ fingerprint: String, _ database: String?) -> String {
        database.map { "\($0), identity \(fingerprint)" } ?? "identity \(fingerprint)"
    }
}
