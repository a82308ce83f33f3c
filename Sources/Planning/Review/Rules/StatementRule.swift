import Diagnostics
import Runbooks
import Statements

/// Looks at one statement at a time.
protocol StatementRule: Sendable {
    /// What is found in a statement, given what its transaction has done before.
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding]
}

/// What a rule found in a statement.
struct RuleFinding: Sendable {
    let code: ReviewCode
    let message: String
    let help: String
    let severity: Severity

    init(_ code: ReviewCode, _ message: String, help: String, severity: Severity = .warning) {
        self.code = code
        self.message = message
        self.help = help
        self.severity = severity
    }
}

/// The rules, in the order in which their findings are told.
enum StatementRules {
    static let all: [any StatementRule] = [
        SchemaFindings(), LockFindings(), WideLockFindings(), RowFindings(), SessionFindings(), ValueFindings(),
        RoutineFindings(), PolicyFindings(), OutsideFindings(),
    ]

    /// What all rules find in a phase.
    static func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        var found: [PlannedFinding] = []
        for (statements, isBack) in [(reviewed.statements, false), (reviewed.rollback, true)] {
            var transaction = OpenTransaction(isBack: isBack)
            for statement in statements {
                transaction.enter(statement)
                for rule in all {
                    found += rule.findings(for: statement, in: transaction).map { finding in
                        PlannedFinding(
                            finding.code, finding.message, help: finding.help, severity: finding.severity,
                            at: statement.place, phase: reviewed.phase.id, step: statement.step.id)
                    }
                }
                transaction.take(statement)
            }
        }
        return found
    }
}

/// What the transaction that a statement runs in has done before it.
struct OpenTransaction {
    /// Whether it is one of a rollback.
    let isBack: Bool
    private var step: String?
    /// The locks on tables that others use, which last until its end.
    private(set) var held: [RelationName: LockMode] = [:]
    /// The values it has added to enums.
    private(set) var newValues: [String] = []
    /// The constraints it has added.
    private(set) var constraints: Set<SchemaObject> = []

    init(isBack: Bool) { self.isBack = isBack }

    /// Begins anew where the statement is not in the same transaction.
    mutating func enter(_ statement: ReviewedStatement) {
        guard statement.script.transaction != .file || statement.step.id != step else { return }
        self = OpenTransaction(isBack: isBack)
        step = statement.step.id
    }

    mutating func take(_ statement: ReviewedStatement) {
        for lock in statement.cost.locks where !lock.isNew {
            if case .named(let table) = lock.relation { held[table] = max(held[table] ?? lock.mode, lock.mode) }
        }
        for change in statement.effects.changes where change.action == .creates && change.object.kind == .constraint {
            constraints.insert(change.object)
        }
        newValues += statement.effects.changes.filter { $0.action == .creates && $0.object.kind == .enumValue }
            .map(\.object.name)
    }
}

extension ReviewedStatement {
    /// Whether statements before it made a relation.
    func isNew(_ table: RelationName) -> Bool {
        surroundings.newTables.contains(table)
            || effects.changes.contains {
                $0.action == .creates && $0.object.isRelation && $0.object.relationName == table
            }
    }
}
