import Runbooks
import Statements

/// Checks of indexes that a broken index passes, or that say something of statistics rather than of the index.
struct IndexChecks: CheckRule {
    func findings(for asked: AskedQuery, in schema: CheckedSchema) -> [RuleFinding] {
        guard let shape = asked.shape else { return [] }
        return byName(asked, shape, schema) + byPlan(asked, shape, schema)
    }

    private func byName(_ asked: AskedQuery, _ shape: QueryShape, _ schema: CheckedSchema) -> [RuleFinding] {
        guard shape.relations.contains(where: { $0.catalogName == "pg_indexes" }),
            !shape.columns.contains("indisvalid"),
            !asked.isBesideValidity, asked.demandsSome,
            let name = schema.doubtfulIndex(for: shape)
        else { return [] }
        return [
            RuleFinding(
                ReviewCodes.mayBeInvalid,
                "\(asked.owner) finds index \(name) in pg_indexes also when it is invalid",
                help: "ask pg_index for indisvalid: `... WHERE indexrelid = '\(name)'::regclass AND indisvalid`")
        ]
    }

    private func byPlan(_ asked: AskedQuery, _ shape: QueryShape, _ schema: CheckedSchema) -> [RuleFinding] {
        guard case .usesIndex(let index) = asked.expectation, !asked.forcesIndexes,
            let table = shape.relations.first(where: schema.isStale)
        else { return [] }
        return [
            RuleFinding(
                ReviewCodes.withoutStatistics,
                "\(asked.owner) expects \(index) to be used, and the statistics of \(table) are from before its rows changed",
                help: "make ANALYZE \(table) a step before")
        ]
    }
}

extension AskedQuery {
    /// Whether something must be found.
    fileprivate var demandsSome: Bool {
        switch expectation {
        case .rows(let bounds), .bounds(let bounds): bounds.demandSome
        case .value(.integer(let number)): number > 0
        case .value(.boolean(let isTrue)): isTrue
        case .set(let values), .includes(let values): !values.isEmpty
        case .table(let rows): !rows.isEmpty
        case .value(.text), .row, .contains, .matches: true
        default: false
        }
    }

    /// Whether the planner is told to take an index wherever it can: then statistics decide nothing.
    fileprivate var forcesIndexes: Bool {
        query.settings.contains {
            $0.name == "enable_seqscan" && ["off", "false", "no", "0"].contains($0.value.lowercased())
        }
    }
}
