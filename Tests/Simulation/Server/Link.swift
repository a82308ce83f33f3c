import Databases

/// The client's side of a session, and the way between: what is sent may not arrive, and what is answered may not come.
final class Link: @unchecked Sendable {
    let owner: Incarnation
    private let world: World
    private var backend: Backend?
    private(set) var state = TransactionState.idle
    private var application = ""
    private var server = ""
    private var opened = 0
    private var request = 0
    private var isBusy = false
    /// When the last message arrives at the server.
    private var arrival = 0
    private var pending: Awaited<Reply>?
    /// Nothing gets through any more, and nobody has noticed yet.
    private var isDark = false
    /// Why the server was asked to stop.
    private var stopping: DatabaseError.Kind?

    /// What comes back.
    struct Reply: Sendable {
        var results: [StatementResult] = []
        var error: DatabaseError?
        var state = TransactionState.lost
    }

    /// How long it takes until silence is noticed, as keepalives are set.
    private static let keepalive = 60_000_000
    /// How long an answer to a request to stop is waited for.
    private static let grace = 5_000_000

    init(_ owner: Incarnation) {
        self.owner = owner
        world = owner.world
    }

    /// Whether it was there for a while: what was just opened in vain may be on its way to be closed.
    var isOld: Bool { opened + 20_000 < world.scheduler.now }

    /// What it is, for people.
    var account: String { "\(application) \(state) on \(server), since \(opened) of \(world.scheduler.now)" }

    /// The server's number for it.
    var process: Int? { backend?.process }

    /// Opens the session; nil when the server is not there.
    func open(_ server: SimulatedServer, _ application: String) async -> DatabaseError? {
        (self.application, self.server, opened) = (application, server.name, world.scheduler.now)
        let lost = DatabaseError(kind: .connection, message: "could not connect")
        guard owner.occurs() else { return lost }
        let isCut = world.scheduler.chance.happens(owner.faults.cuts, in: 1000)
        let delay = world.scheduler.chance.time(2000)
        return await owner.wait(orDead: lost) { answer in
            world.scheduler.after(delay) { [self] in
                guard !isCut, server.isUp else {
                    let code = isCut ? "08006" : "57P03"
                    return owner.deliver(after: delay) {
                        answer.give(DatabaseError(kind: .connection, code: code, message: "the server is not there"))
                    }
                }
                let backend = server.open(application, self)
                self.backend = backend
                world.links.append(self)
                guard owner.isAlive else { return ownerDied(.kill) }
                owner.deliver(after: delay) { answer.give(nil) }
            }
        }
    }

    /// Sends statements and waits for what comes back.
    func exchange(_ statements: [SQLStatement], _ deadline: ContinuousClock.Instant?) async -> Reply {
        guard !isBusy else { return .failure(.statement, "", "the session already runs a statement") }
        guard state != .lost, owner.occurs() else { return .failure(.connection, "08003", "the session is closed") }
        guard !Task.isCancelled else {
            return Reply(error: DatabaseError(kind: .cancelled, message: "cancelled before it was sent"), state: state)
        }
        isBusy = true
        stopping = nil
        request += 1
        let number = request
        let dead = Reply.failure(.connection, "", "the process is gone")
        let reply = await withTaskCancellationHandler {
            await owner.wait(orDead: dead) { answer in
                pending = answer
                send(number, statements)
                guard let deadline else { return }
                let left = owner.now.duration(to: deadline)
                let time =
                    Int(left.components.seconds) * 1_000_000 + Int(left.components.attoseconds / 1_000_000_000_000)
                owner.deliver(after: time) { [self] in
                    if request == number { stop(.timeout) }
                }
            }
        } onCancel: {
            stop(.cancelled)
        }
        pending = nil
        isBusy = false
        state = reply.state
        if state == .lost { forget() }
        return reply
    }

    /// Asks the server to stop what runs.
    func stop(_ reason: DatabaseError.Kind) {
        guard isBusy, stopping == nil, owner.isAlive else { return }
        stopping = reason
        let number = request
        world.scheduler.after(world.scheduler.chance.time(2000)) { [self] in
            if request == number, isBusy, !isDark { backend?.cancel() }
        }
        owner.deliver(after: Self.grace) { [self] in
            guard request == number, isBusy else { return }
            lose(DatabaseError(kind: reason, message: "the server did not answer a request to stop"))
        }
    }

    /// Ends the session.
    func close() {
        guard state != .lost else { return }
        state = .lost
        pending?.give(.failure(.connection, "08003", "the session was closed"))
        guard owner.occurs() else { return }
        leave(after: world.scheduler.chance.time(2000))
    }

    /// What the server answered.
    func answer(_ reply: Reply, to number: Int) {
        guard !isDark, owner.isAlive else { return }
        if world.scheduler.chance.happens(owner.faults.cuts, in: 1000) { return cut() }
        owner.deliver(after: world.scheduler.chance.time(2000)) { [self] in
            guard request == number, !isDark else { return }
            var reply = reply
            if reply.error?.code == "57014", let stopping { reply.error = reply.error?.with(kind: stopping) }
            pending?.give(reply)
        }
    }

    /// The server ended the session.
    func serverGone(_ error: DatabaseError) {
        backend = nil
        guard !isDark else { return }
        owner.deliver(after: world.scheduler.chance.time(2000)) { [self] in lose(error) }
    }

    /// The process is gone: the system tells the server, unless the machine is gone too.
    func ownerDied(_ death: Faults.Death) {
        let most = death == .kill && !isDark ? 5000 : 600_000_000
        leave(after: world.scheduler.chance.time(most))
    }

    private func send(_ number: Int, _ statements: [SQLStatement]) {
        let chance = world.scheduler.chance.number(1000)
        if chance < owner.faults.cuts / 2 {
            // Cut before it arrives.
            return cut()
        }
        guard !isDark else { return }
        world.scheduler.after(onTheWay(2000)) { [self] in backend?.receive(.request(number: number, statements)) }
        if chance < owner.faults.cuts { cut() }
    }

    /// The way is cut: both sides learn of it at once, or after a long silence.
    private func cut() {
        isDark = true
        let isSilent = world.scheduler.chance.happens(1, in: 3)
        let error = DatabaseError(kind: .connection, code: "08006", message: "the connection was lost")
        owner.deliver(after: isSilent ? Self.keepalive : 1000) { [self] in lose(error) }
        leave(after: world.scheduler.chance.time(isSilent ? 600_000_000 : 10_000))
    }

    private func lose(_ error: DatabaseError) {
        guard state != .lost else { return }
        state = .lost
        pending?.give(Reply(error: error, state: .lost))
        forget()
    }

    private func leave(after time: Int) {
        guard let leaving = backend else { return }
        world.scheduler.after(onTheWay(time)) { leaving.receive(.end) }
        forget()
    }

    /// How long a message takes to the server; none overtakes another.
    private func onTheWay(_ time: Int) -> Int {
        arrival = max(arrival, world.scheduler.now + time)
        return arrival - world.scheduler.now
    }

    private func forget() { world.links.removeAll { $0 === self } }
}

extension Link.Reply {
    fileprivate static func failure(_ kind: DatabaseError.Kind, _ code: String, _ message: String) -> Self {
        Self(error: DatabaseError(kind: kind, code: code, message: message))
    }
}
