import Databases
import Planning
import Runbooks
import Statements

extension StepRunner {
    /// Says what a script left in its session, and by which statement; the session ends with it, so that no later step
    /// meets it.
    func reportLeftovers(of script: PlannedScript, _ step: PlannedStep) async throws(FileFailure) {
        guard let session = await sessions.current(step.target), await session.transactionState == .idle,
            let question = session.dialect.leftovers, let rows = try? await session.execute(question).rows
        else { return }
        let own = Set(
            TransactionSettings.outside(script.settings, role: script.role, holdsUp: session.facts).map(\.name))
        for row in rows {
            guard row.count == 2, let kind = row[0].text, let name = row[1].text else { continue }
            let setting = String(name.prefix { $0 != " " })
            // What a step outside of transactions was given, it was given for its session.
            if kind == "setting", script.transaction == .none, own.contains(setting) { continue }
            let words = kind == "setting" ? setting : kind == "advisory lock" ? "advisory" : name
            let cause = script.statements.last { $0.text.lowercased().contains(words.lowercased()) }
            let place = cause.map { "\(step.file ?? step.place.file):\($0.line)" } ?? step.place.description
            let message =
                "\(kind) \(name) was left in the session by \(place), and ended with it: no later step meets it"
            try await context.log.report(.noticed(step: step.id, severity: "WARNING", code: "", message: message))
        }
    }
}
