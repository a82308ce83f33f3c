import Databases
import Planning

/// The sessions one phase uses: one for each target, taken when first needed, replaced when lost.
actor PhaseSessions {
    private let context: RunContext
    private var open: [String: any DatabaseSession] = [:]

    private let patience: Duration
    private var wasLost = false

    /// Sessions of a run; with `patience` a server that is away for a while is waited for.
    init(_ context: RunContext, patience: Duration = .zero) {
        self.context = context
        self.patience = patience
    }

    /// The phase's session on a target.
    func session(_ target: String) async throws(DatabaseError) -> any DatabaseSession {
        if let session = open[target], await session.transactionState != .lost { return session }
        let session: any DatabaseSession
        if let idle = await context.idleSessions.take(target) {
            session = idle
        } else {
            session = try await connect(target)
        }
        open[target] = session
        return session
    }

    /// The session on a target that is open, if one is.
    func current(_ target: String) -> (any DatabaseSession)? { open[target] }

    /// Whether a server stopped answering, or did not answer.
    var isLost: Bool {
        get async {
            if wasLost { return true }
            for session in open.values where await session.transactionState == .lost { return true }
            return false
        }
    }

    private func connect(_ target: String) async throws(DatabaseError) -> any DatabaseSession {
        let end = Time.now.advanced(by: patience)
        while true {
            do throws(DatabaseError) {
                let session = try await context.open(target)
                wasLost = false
                return session
            } catch {
                wasLost = error.mayPass || error.isAnother
                guard error.mayPass, end > Time.now else { throw error }
                await Time.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Ends the session on a target: the next step gets another.
    func retire(_ target: String) async {
        guard let session = open.removeValue(forKey: target) else { return }
        if await session.transactionState == .lost { wasLost = true }
        await session.close()
    }

    /// Ends the session on a target where it keeps something of a question, and says so: no step must meet it.
    func end(_ target: String, keeping kept: [String], of question: String, at place: Place) async {
        guard !kept.isEmpty else { return }
        for what in kept {
            let words = "\(what) was left in the session by \(place), and ended with it: no later step meets it"
            // A journal that cannot be written stops the run at its next line.
            try? await context.log.report(.noticed(step: question, severity: "WARNING", code: "", message: words))
        }
        await retire(target)
    }

    /// Leaves the sessions to the phases that follow.
    func close() async {
        for (target, session) in open.sorted(by: { $0.key < $1.key }) {
            await context.idleSessions.give(session, for: target)
        }
        open = [:]
    }
}

/// Sessions that phases of a run are done with, for those that follow: the server has read for them what it needs to
/// know of its catalog, which takes longer than to connect.
actor IdleSessions {
    private var idle: [String: [any DatabaseSession]] = [:]

    /// A session on a target that still answers, if one is left.
    func take(_ target: String) async -> (any DatabaseSession)? {
        while let session = idle[target]?.popLast() {
            // The server may have gone meanwhile.
            if (try? await session.execute("SELECT 1", limits: .none, deadline: 5000.deadlineFromNow)) != nil {
                return session
            }
            await session.close()
        }
        return nil
    }

    /// Keeps a session that carries nothing over; any other is ended.
    ///
    /// Where there are no settings, a pragma is a step for the steps of its phase, and must not reach another.
    func give(_ session: any DatabaseSession, for target: String) async {
        guard session.dialect.capabilities.settings, await session.transactionState == .idle else {
            return await session.close()
        }
        idle[target, default: []].append(session)
    }

    /// Ends all of them.
    func close() async {
        let sessions = idle.values.joined()
        idle = [:]
        for session in sessions { await session.close() }
    }
}

extension DatabaseError {
    /// Whether a server that is away, starts or stops may be all there is to it: then there is no code, or one of
    /// class 08 or 57P (manual, appendix A).
    var mayPass: Bool {
        kind == .connection && (code.isEmpty || code.hasPrefix("08") || code.hasPrefix("57P"))
    }
}
