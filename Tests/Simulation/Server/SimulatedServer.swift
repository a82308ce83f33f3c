import Databases

/// A database server: committed and uncommitted work, locks, sessions that go on although nobody listens, crashes.
final class SimulatedServer {
    unowned let world: World
    let name: String
    /// What is committed.
    private(set) var store = Store()
    private(set) var backends: [Backend] = []
    /// Everything that took effect, in order.
    private(set) var deeds: [Deed] = []
    /// The tables into which others wrote.
    var strangers: Set<String> = []
    /// Who holds the lock of the ledger.
    var lockHolder: Backend?
    /// By what is locked, who holds it alone and who shares it.
    private var locks: [String: (alone: Backend?, shared: [Backend])] = [:]
    /// When it is back after a crash.
    private var backAt = 0
    private var processes = 4000
    private var transactions = 700
    /// By session, for whom it waited last.
    var waiting: [ObjectIdentifier: [Backend]] = [:]

    /// One change that took effect.
    struct Deed {
        let time: Int
        let incarnation: Int
        let change: Store.Change
    }

    init(_ world: World, _ name: String) {
        self.world = world
        self.name = name
    }

    var isUp: Bool { world.scheduler.now >= backAt }

    /// The identity that never changes.
    var identity: DatabaseIdentity {
        DatabaseIdentity(
            engine: .postgres, version: "15.20", versionNumber: 150_020, database: name, fingerprint: "sim/\(name)",
            role: "tester")
    }

    func open(_ application: String, _ link: Link) -> Backend {
        processes += 1
        let backend = Backend(self, processes, application, link)
        backends.append(backend)
        return backend
    }

    func newTransaction() -> Int {
        transactions += 1
        return transactions
    }

    /// How long a statement takes.
    func time(for statement: SQLStatement) -> Int {
        let text = statement.text.utf8
        if text.starts(with: "CREATE INDEX".utf8) || text.starts(with: "DROP INDEX".utf8) {
            return world.scheduler.chance.time(60_000_000)
        }
        let isLong = text.starts(with: "VACUUM".utf8) || text.starts(with: "CALL".utf8)
        return world.scheduler.chance.time(isLong ? 10_000_000 : 2000)
    }

    /// The work of a transaction as it sees it itself.
    func view(_ backend: Backend) -> Store {
        var view = store
        for change in backend.transaction?.changes ?? [] { view.apply(change) }
        return view
    }

    /// Makes changes last.
    func commit(_ changes: [Store.Change], by backend: Backend) {
        for change in changes {
            store.apply(change)
            deeds.append(Deed(time: world.scheduler.now, incarnation: backend.incarnation, change: change))
            world.invariants.tookEffect(change, on: self, by: backend.incarnation)
        }
    }

    /// Ends a transaction, and lets those go on who waited for it.
    func release(_ backend: Backend) {
        backend.transaction = nil
        var freed = false
        for (key, lock) in locks where lock.alone === backend || lock.shared.contains(where: { $0 === backend }) {
            freed = true
            let alone = lock.alone === backend ? nil : lock.alone
            let shared = lock.shared.filter { $0 !== backend }
            locks[key] = alone == nil && shared.isEmpty ? nil : (alone, shared)
        }
        guard freed else { return }
        for waiting in backends where waiting.isWaiting { waiting.retry() }
    }

    /// Those who keep a session from a lock; it has it when there are none.
    func take(_ key: String, alone: Bool, _ backend: Backend) -> [Backend] {
        var lock = locks[key] ?? (nil, [])
        var others = alone ? lock.shared.filter { $0 !== backend } : []
        if let holder = lock.alone, holder !== backend { others.append(holder) }
        guard others.isEmpty else { return others }
        if alone { lock.alone = backend } else { lock.shared.append(backend) }
        locks[key] = lock
        return []
    }

    /// Ends a session: what it had open is rolled back.
    func remove(_ backend: Backend) {
        backends.removeAll { $0 === backend }
        if lockHolder === backend { lockHolder = nil }
        waiting[ObjectIdentifier(backend)] = nil
        release(backend)
    }

    /// Crashes: every session ends, and what is committed is there again after a while.
    func crash() {
        let chance = world.scheduler.chance.number(1...10)
        backAt = world.scheduler.now + (chance == 1 ? 90_000_000 : world.scheduler.chance.time(20_000_000))
        let error = DatabaseError(
            kind: .connection, code: "57P02",
            message: "terminating connection because of crash of another server process")
        for backend in backends { backend.terminate(error) }
    }

    /// Whether anything of a process is left here.
    func sessions(of incarnation: Int) -> [Backend] { backends.filter { $0.incarnation == incarnation } }
}
