import Databases
@testable import Planning
import Statements
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct `What is said of locks` {
    /// What is said of a shape, given what came before it.
    private func said(_ shape: Shape) -> StatementCost {
        var model = SchemaModel()
        for statement in shape.before { model.apply(StatementEffects(of: statement, dialect: .postgres)) }
        return StatementCost(of: StatementEffects(of: shape.statement, dialect: .postgres), knowing: model)
    }

    /// What is said of a shape, given the catalog that it meets.
    private func said(_ shape: Shape, knowing facts: SchemaFacts) -> StatementCost {
        let known = KnownSchema(facts, engine: .postgres)
        let effects = known.looking(into: StatementEffects(of: shape.statement, dialect: .postgres))
        return StatementCost(of: effects, knowing: known.model)
    }

    /// Nowhere is less said than a server does, and at most a part of all shapes is told otherwise than it is.
    private func check(_ verdicts: [Verdict], atMost part: Double) {
        let different = verdicts.filter { !$0.differences.isEmpty }
        let dangerous = verdicts.filter { !$0.dangers.isEmpty }
        for verdict in different { print("differs", verdict.shape.name, verdict.differences) }
        for verdict in dangerous { print("DANGER", verdict.shape.name, verdict.dangers) }
        #expect(dangerous.isEmpty)
        #expect(Double(different.count) <= Double(verdicts.count) * part)
    }

    @Test func `agrees with what a server does`() async throws {
        let shapes = try Shape.all()
        let measured = Array(zip(shapes, try await Laboratory().measure(shapes)))
        check(measured.map { Verdict($0, said($0), $1) }, atMost: 0.05)
        print("with a catalog:")
        check(measured.map { Verdict($0, said($0, knowing: $1.facts), $1) }, atMost: 0.01)
    }
}

/// What is said of a shape, held against what a server did.
struct Verdict {
    let shape: Shape
    /// Where the two are not equal: in the lock on the target, a rewrite, the transaction.
    var differences: [String] = []
    /// Where the server did more than was said.
    var dangers: [String] = []

    init(_ shape: Shape, _ cost: StatementCost, _ measured: Measured) {
        self.shape = shape
        if let target = shape.target {
            let was = measured.locks[target]
            let said = cost.lock(on: target, was)
            if was != said, measured.failure == nil || was != nil {
                differences.append("lock on \(target): said \(said?.name ?? "none"), was \(was?.name ?? "none")")
            }
        }
        for (relation, mode) in measured.locks where mode >= .shareUpdateExclusive {
            guard cost.isOpen || cost.lock(on: relation, mode) ?? .accessShare < mode else { continue }
            if !cost.isOpen { dangers.append("\(relation): \(mode.name)") }
        }
        if cost.rewrite.isAssumed != measured.rewrites, measured.failure == nil {
            differences.append("rewrite: said \(cost.rewrite)")
            if measured.rewrites, !cost.isOpen { dangers.append("rewrites") }
        }
        let kind = Statement.kind(of: shape.statement)
        let saidInside = kind != .nonTransactional && !cost.outside.isAssumed
        if saidInside != measured.runsInTransaction {
            differences.append("transaction: said \(saidInside)")
            if saidInside { dangers.append("cannot run in a transaction") }
        }
    }
}

extension StatementCost {
    /// The lock on a relation: by its name, or as one of those that are not named where that fits.
    fileprivate func lock(on relation: String, _ measured: LockMode?) -> LockMode? {
        let named = strongest(on: RelationName(schema: nil, name: relation))
        guard let measured, named ?? .accessShare < measured || named == nil else { return named }
        return strongestOnOthers.map { max($0, named ?? $0) } ?? named
    }
}
