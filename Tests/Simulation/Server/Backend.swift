import Databases

/// The server's side of a session: one statement after the other, in the order in which they arrived, whoever still
/// listens.
final class Backend {
    let server: SimulatedServer
    let process: Int
    let start: Int
    let application: String
    /// Who sent what it does.
    let incarnation: Int
    weak var link: Link?
    private(set) var isGone = false
    /// What it does now; nil when it is idle.
    private(set) var work: Work?
    var transaction: Transaction?
    /// The run for which it said that it works.
    var run: String?
    var lockTimeout: Int?
    var statementTimeout: Int?
    private var messages: [Message] = []

    /// An open transaction: nothing of it is seen by others.
    struct Transaction {
        let number: Int
        var changes: [Store.Change] = []
        var hasFailed = false
        var isReadOnly = false
    }

    /// What can arrive.
    enum Message {
        case request(number: Int, [SQLStatement])
        case end
    }

    /// A request that is being carried out.
    final class Work {
        let request: Int
        let statements: [SQLStatement]
        var results: [StatementResult] = []
        /// Tells waits of an earlier statement from those of this one.
        var step = 0
        var isWaiting = false
        let began: Int

        init(_ request: Int, _ statements: [SQLStatement], at time: Int) {
            (self.request, self.statements, began) = (request, statements, time)
        }

        var statement: SQLStatement { statements[results.count] }
    }

    init(_ server: SimulatedServer, _ process: Int, _ application: String, _ link: Link) {
        self.server = server
        self.process = process
        self.application = application
        self.link = link
        incarnation = link.owner.number
        start = server.world.scheduler.now
    }

    /// Whether it waits for a lock.
    var isWaiting: Bool { work?.isWaiting ?? false }

    /// As the server's statistics show it.
    var state: String {
        if work != nil { return "active" }
        guard let transaction else { return "idle" }
        return transaction.hasFailed ? "idle in transaction (aborted)" : "idle in transaction"
    }

    func receive(_ message: Message) {
        guard !isGone else { return }
        messages.append(message)
        next()
    }

    /// The administrator, or somebody who takes its run over, ends it; or its server crashes.
    func terminate(_ error: DatabaseError) {
        guard !isGone else { return }
        let link = link
        leave()
        link?.serverGone(error)
    }

    /// Stops what runs now, if something does.
    func cancel() {
        guard let work, !isGone, work.statement.text != "COMMIT" else { return }
        fail(work, DatabaseError(kind: .statement, code: "57014", message: "canceling statement due to user request"))
    }

    /// Tries again what waited for a lock.
    func retry() {
        guard !isGone, let work, work.isWaiting else { return }
        let step = work.step
        server.world.scheduler.after(server.world.scheduler.chance.number(50)) { [self] in
            guard self.work === work, work.step == step, work.isWaiting else { return }
            attempt(work)
        }
    }

    private func next() {
        guard work == nil, !isGone, !messages.isEmpty else { return }
        switch messages.removeFirst() {
        case .end: leave()
        case .request(let number, let statements):
            let work = Work(number, statements, at: server.world.scheduler.now)
            self.work = work
            begin(work)
        }
    }

    private func begin(_ work: Work) {
        work.step += 1
        work.isWaiting = false
        guard server.announce(work.statement, self) else { return }
        let step = work.step
        server.world.scheduler.after(server.time(for: work.statement)) { [self] in
            guard self.work === work, work.step == step, !isGone else { return }
            attempt(work)
        }
    }

    private func attempt(_ work: Work) {
        switch server.perform(work.statement, self) {
        case .done(let result):
            work.results.append(result)
            if work.results.count < work.statements.count { begin(work) } else { answer(work, nil) }
        case .failed(let error): fail(work, error)
        case .gone: break
        case .blocked:
            guard !work.isWaiting else { return }
            work.isWaiting = true
            limit(work, lockTimeout, "55P03", "canceling statement due to lock timeout")
            limit(work, statementTimeout, "57014", "canceling statement due to statement timeout")
        }
    }

    private func limit(_ work: Work, _ time: Int?, _ code: String, _ message: String) {
        guard let time, time > 0 else { return }
        let step = work.step
        server.world.scheduler.after(time) { [self] in
            guard self.work === work, work.step == step, work.isWaiting, !isGone else { return }
            fail(work, DatabaseError(kind: .statement, code: code, message: message))
        }
    }

    private func fail(_ work: Work, _ error: DatabaseError) {
        server.fail(work.statement, self)
        answer(work, error)
    }

    private func answer(_ work: Work, _ error: DatabaseError?) {
        self.work = nil
        let state: TransactionState =
            transaction.map { $0.hasFailed ? .failed : .open } ?? .idle
        link?.answer(Link.Reply(results: work.results, error: error, state: state), to: work.request)
        next()
    }

    private func leave() {
        isGone = true
        work = nil
        messages = []
        server.remove(self)
    }
}
