import CanonicalJSON
import Databases
import Planning
import Statements

extension StepRunner {
    /// Carries out the one statement of a step that cannot be in a transaction.
    ///
    /// The ledger says `started` in a transaction of its own before, and `applied` after the outcome was looked up:
    /// for index work in the catalog, for everything else the server's word counts.
    func applyOutsideTransaction(
        _ script: PlannedScript, _ step: PlannedStep, _ mark: StepMark
    ) async throws(FileFailure) -> StepEnd {
        guard let statement = script.statements.first else { return .passedOver(reason: "no statement") }
        do throws(DatabaseError) {
            let session = try await sessions.session(step.target)
            let work = IndexWork(statement, session, script)
            if let reason = try await work?.prepare() { return .passedOver(reason: reason) }
            let marker = await context.marker(mark, target: step.target, sha256: script.digest.hex, state: .started)
            let ledger = Ledger(session.dialect)
            _ = try await session.execute(ledger.marker(marker))
            let end = try await send(statement, script, step, session, work)
            if case .applied = end {
                _ = try await session.execute(ledger.settle(marker, state: .applied))
            } else if case .failed(_, .nothing) = end {
                _ = try await session.execute(ledger.withdraw(marker))
            }
            return end
        } catch {
            return .failed(
                FailureCause(error, step: step), leaves: error.kind == .connection ? .unknown : .nothing)
        }
    }

    private func send(
        _ statement: PlannedStatement, _ script: PlannedScript, _ step: PlannedStep, _ session: any DatabaseSession,
        _ work: IndexWork?
    ) async throws(DatabaseError) -> StepEnd {
        let text = context.bound(statement, session.dialect)
        let settings = script.settings.map { (name: $0.name, value: $0.value) }
        if let apply = session.dialect.applySessionSettings(settings) { _ = try await session.execute(apply) }
        do throws(DatabaseError) {
            let result = try await session.execute(SQLStatement(text), limits: .none, deadline: deadline(of: step))
            try? await note(result.notices, step)
            if let problem = try await work?.problemAfterwards() {
                return .failed(FailureCause(message: problem, place: step.place), leaves: .nothing)
            }
            return .applied(rows: result.affectedRows)
        } catch {
            guard error.kind != .connection else { throw error }
            let cleaned = try await work?.cleanUp()
            let cause = FailureCause(error, step: step, statement: statement, sent: text)
            return .failed(cleaned.map(cause.adding) ?? cause, leaves: .nothing)
        }
    }
}

/// Index work whose outcome is in the catalog: looked at before and after, and cleaned up after a failure.
///
/// A concurrent build that fails leaves an invalid index, which `IF NOT EXISTS` then takes for success and a schema
/// dump does not show.
private struct IndexWork {
    private let index: ConcurrentIndex
    private let session: any DatabaseSession
    private let probe: SQLStatement

    init?(_ statement: PlannedStatement, _ session: any DatabaseSession, _ script: PlannedScript) {
        guard let index = statement.concurrentIndex,
            let probe = session.dialect.indexState(schema: index.schema, name: index.name)
        else { return nil }
        self.index = index
        self.session = session
        self.probe = probe
    }

    /// Makes room for the statement, or tells why it is not needed.
    func prepare() async throws(DatabaseError) -> String? {
        switch (index.action, try await state()) {
        case (.create, "invalid"):
            try await drop()
            return nil
        case (.create, "valid") where index.tolerant: return "index \(index.name) is there and valid"
        case (.drop, "absent"): return "index \(index.name) is not there"
        default: return nil
        }
    }

    /// What is wrong although the server said nothing.
    func problemAfterwards() async throws(DatabaseError) -> String? {
        let state = try await state()
        let wanted = index.action == .drop ? "absent" : "valid"
        return state == wanted ? nil : "index \(index.name) is \(state) after \(index.action.rawValue)"
    }

    /// Takes away what a failed build left; says so.
    func cleanUp() async throws(DatabaseError) -> String? {
        guard index.action == .create, try await state() == "invalid" else { return nil }
        try await drop()
        return "invalid index \(index.name) dropped"
    }

    private func state() async throws(DatabaseError) -> String {
        try await session.execute(probe).rows.first?.first?.text ?? "absent"
    }

    private func drop() async throws(DatabaseError) {
        let schema = index.schema.map { session.dialect.identifier($0) + "." } ?? ""
        let name = schema + session.dialect.identifier(index.name)
        _ = try await session.execute(SQLStatement("DROP INDEX CONCURRENTLY \(name)"))
    }
}

extension FailureCause {
    /// The same cause with a remark.
    fileprivate func adding(_ remark: String) -> FailureCause {
        FailureCause(
            message: message, code: code, place: place, statement: statement,
            detail: detail.map { "\($0); \(remark)" } ?? remark, hint: hint)
    }
}
