import Databases
import Runbooks
import Statements

@testable import Planning

/// Parts of plans, with what a test does not care about filled in.
enum Make {
    static let place = Place(file: "v2.runbook.yaml", line: 12)

    static func plan(
        _ phases: [PlannedPhase],
        name: String = "v2-hybrid-vector-graph",
        title: String? = nil,
        targets: [PlannedTarget] = [target("prod")],
        variables: [PlannedVariable] = [],
        budget: PlannedBudget = PlannedBudget()
    ) -> Plan {
        Plan(
            name: name,
            title: title,
            owner: nil,
            risk: nil,
            runbook: "v2.runbook.yaml",
            targets: targets,
            variables: variables,
            budget: budget,
            phases: phases
        )
    }

    /// A window of so many minutes, from ten in the evening in New York where it has a beginning.
    static func budget(minutes: Int, isDated: Bool = false, rollback: Int? = nil) -> PlannedBudget {
        let start = isDated ? WrittenMoment(parsing: "2025-10-18T22:00:00-04:00").flatMap { PlannedMoment($0) } : nil
        return PlannedBudget(
            window: PlannedWindow(length: minutes * 60_000, start: start, place: place),
            objective: rollback.map { PlannedObjective(rollback: $0 * 60_000, dataLoss: nil, place: place) })
    }

    static func target(
        _ name: String,
        _ engine: Engine = .postgres,
        display: String = "v2 at pg1:5432"
    ) -> PlannedTarget {
        PlannedTarget(name: name, engine: engine, display: display, written: "${URL}")
    }

    static func phase(
        _ id: String,
        needs: [String] = [],
        wave: Int = 0,
        title: String? = nil,
        skipped: String? = nil,
        condition: PlannedCheck? = nil,
        preconditions: [PlannedCheck] = [],
        steps: [PlannedStep] = [],
        checks: [PlannedCheck] = [],
        gate: PlannedGate? = nil,
        rollback: PlannedRollback = .nothing(reason: "reads only"),
        onFailure: FailurePolicy = .unwind,
        estimate: Int? = nil,
        timeout: Int? = nil,
        line: Int = 12
    ) -> PlannedPhase {
        PlannedPhase(
            id: id,
            title: title,
            description: nil,
            needs: needs,
            wave: wave,
            skipped: skipped,
            condition: condition,
            preconditions: preconditions,
            steps: steps,
            checks: checks,
            gate: gate,
            rollback: rollback,
            onFailure: onFailure,
            estimate: estimate.map { PlannedEstimate($0) },
            timeout: timeout,
            place: Place(file: "v2.runbook.yaml", line: line)
        )
    }

    static func undo(_ id: String, _ file: String, estimate: Int? = nil) -> PlannedRollback {
        .steps(
            [sql("\(id)/rollback/1", file, ["DROP TABLE \(id)"])],
            checks: [],
            estimate: estimate.map { PlannedEstimate($0) },
            place: place
        )
    }

    static func gate(
        _ question: String,
        _ deciders: [String] = [],
        timeout: Int? = nil,
        onNoGo: FailurePolicy = .stop,
        at moment: Gate.Moment = .end
    ) -> PlannedGate {
        PlannedGate(
            question: question,
            deciders: deciders,
            timeout: timeout,
            onNoGo: onNoGo,
            moment: moment,
            place: place
        )
    }

    static func sql(
        _ id: String,
        _ file: String?,
        _ statements: [String],
        kind: StatementClass = .transactional,
        transaction: TransactionMode = .file,
        role: String? = nil,
        settings: [PlannedSetting] = [],
        target: String = "prod",
        doneWhen: PlannedCheck? = nil
    ) -> PlannedStep {
        let script = PlannedScript(
            file: file,
            text: statements.joined(separator: ";\n"),
            transaction: transaction,
            role: role,
            settings: settings,
            statements: statements.enumerated().map { statement($1, kind: kind, line: $0 + 1) }
        )
        return PlannedStep(
            id: id,
            title: nil,
            action: .apply(script),
            target: target,
            doneWhen: doneWhen, isRepeatable: false,
            timeout: nil,
            place: place
        )
    }

    static func statement(_ text: String, kind: StatementClass = .transactional, line: Int = 1)
        -> PlannedStatement
    {
        PlannedStatement(
            text: text,
            verb: text.split(separator: " ").prefix(2).joined(separator: " "),
            kind: kind,
            concurrentIndex: nil,
            variables: [],
            line: line
        )
    }

    static func capture(_ id: String, _ name: String, _ query: String, fingerprint: Bool = false)
        -> PlannedStep
    {
        let capture = PlannedCapture(
            name: name,
            query: PlannedQuery(statement: statement(query, kind: .readOnly), role: nil, settings: []),
            fingerprint: fingerprint
        )
        return PlannedStep(
            id: id,
            title: nil,
            action: .capture(capture),
            target: "prod",
            doneWhen: nil, isRepeatable: false,
            timeout: nil,
            place: place
        )
    }

    static func command(_ id: String, _ arguments: [String], title: String? = nil, repeatable: Bool = false)
        -> PlannedStep
    {
        PlannedStep(
            id: id,
            title: title,
            action: .run(PlannedCommand(arguments: arguments, environment: [])),
            target: "prod",
            doneWhen: nil, isRepeatable: repeatable,
            timeout: 60_000,
            place: place
        )
    }

    static func check(
        _ id: String,
        _ name: String,
        _ query: String = "SELECT 1",
        expect: PlannedExpectation = .value(.integer(0)),
        role: String? = nil,
        settings: [PlannedSetting] = [],
        severity: Check.Severity = .error,
        retry: PlannedRetry? = nil,
        mayWrite: Bool = false,
        each: [PlannedSetting] = []
    ) -> PlannedCheck {
        PlannedCheck(
            id: id,
            name: name,
            subject: .query(
                PlannedQuery(statement: statement(query, kind: .readOnly), role: role, settings: settings)
            ),
            expectation: expect,
            target: "prod",
            severity: severity,
            retry: retry,
            mayWrite: mayWrite,
            timeout: nil,
            each: each,
            place: place
        )
    }
}
