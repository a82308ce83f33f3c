import Databases

/// The sessions one phase uses: one for each target, opened when first needed, replaced when lost.
actor PhaseSessions {
    private let context: RunContext
    private var open: [String: any DatabaseSession] = [:]

    init(_ context: RunContext) { self.context = context }

    /// The phase's session on a target.
    func session(_ target: String) async throws(DatabaseError) -> any DatabaseSession {
        if let session = open[target], await session.transactionState != .lost { return session }
        let session = try await context.open(target)
        open[target] = session
        return session
    }

    /// Ends the session on a target: the next step gets another.
    func retire(_ target: String) async {
        await open.removeValue(forKey: target)?.close()
    }

    /// Ends all of them.
    func close() async {
        for session in open.values { await session.close() }
        open = [:]
    }
}
