import Statements
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct `What is said of locks` {
    /// What is said of a shape, given what came before it.
    private func said(_ shape: Shape, knowing start: SchemaModel) -> StatementCost {
        var model = start
        for statement in shape.before { model.apply(StatementEffects(of: statement, dialect: .postgres)) }
        return StatementCost(of: StatementEffects(of: shape.statement, dialect: .postgres), knowing: model)
    }

    @Test func `agrees with what a server does`() async throws {
        let laboratory = try await Laboratory()
        let shapes = try Shape.all()
        let verdicts = zip(shapes, try await laboratory.measure(shapes)).map { shape, measured in
            Verdict(shape, said(shape, knowing: SchemaModel()), measured)
        }
        let different = verdicts.filter { !$0.differences.isEmpty }
        let dangerous = verdicts.filter { !$0.dangers.isEmpty }
        for verdict in different { print("differs", verdict.shape.name, verdict.differences) }
        for verdict in dangerous { print("DANGER", verdict.shape.name, verdict.dangers) }
        #expect(dangerous.isEmpty)
        #expect(different.count * 20 <= verdicts.count)
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
