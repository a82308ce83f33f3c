import Databases
import Planning
import Runbooks
import Statements

extension StepRunner {
    /// Says what a script left in its session, and by which statement; true when it left something: the session is to
    /// end then, so that no later step meets it.
    ///
    /// What a statement calls, a trigger too, may leave something. Asking for that takes 1 ms, so it is asked only where
    /// the script may itself, or where there are functions at all, which is told in a tenth of it (measured).
    func reportLeftovers(of script: PlannedScript, _ step: PlannedStep) async throws(FileFailure) -> Bool {
        guard let session = await sessions.current(step.target), await session.transactionState == .idle,
            let question = session.dialect.leftovers
        else { return false }
        if !script.marksSession {
            guard let asked = session.dialect.hasFunctions,
                let answer = try? await session.execute(asked).rows.first?.first?.text, answer == "true"
            else { return false }
        }
        guard let rows = try? await session.execute(question).rows else { return false }
        let own = Set(
            TransactionSettings.outside(script.settings, role: script.role, holdsUp: session.facts).map(\.name))
        var leaves = false
        for row in rows {
            guard row.count == 2, let kind = row[0].text, let name = row[1].text else { continue }
            let setting = String(name.prefix { $0 != " " })
            // What a step outside of transactions was given, it was given for its session.
            if kind == "setting", script.transaction == .none, own.contains(setting) { continue }
            leaves = true
            let words = kind == "setting" ? setting : kind == "advisory lock" ? "advisory" : name
            let cause = script.statements.last { $0.text.lowercased().contains(words.lowercased()) }
            let place = cause.map { "\(step.file ?? step.place.file):\($0.line)" } ?? step.place.description
            let message =
                "\(kind) \(name) was left in the session by \(place), and ended with it: no later step meets it"
            try await context.log.report(.noticed(step: step.id, severity: "WARNING", code: "", message: message))
        }
        return leaves
    }
}
