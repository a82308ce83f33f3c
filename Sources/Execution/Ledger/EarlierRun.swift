import Databases

/// A run that a ledger knows.
struct EarlierRun: Sendable {
    let run: String
    let plan: String
    let cycle: Int
    let status: RunRow.Status
    let database: String
    let finishedAt: String
    let epoch: Int

    /// What a query must select for it.
    static let columns =
        "run_id, plan_digest, cycle, status, database_id, coalesce(CAST(finished_at AS text), ''), epoch"

    /// A row of those columns; a status nobody knows counts as unfinished.
    init?(_ row: [DatabaseValue]) {
        guard row.count == 7, let run = row[0].text, let cycle = row[2].text.flatMap({ Int($0) }) else { return nil }
        self.run = run
        plan = row[1].text ?? ""
        self.cycle = cycle
        status = row[3].text.flatMap(RunRow.Status.init(rawValue:)) ?? .stopped
        database = row[4].text ?? ""
        finishedAt = row[5].text ?? ""
        epoch = row[6].text.flatMap { Int($0) } ?? 1
    }

    /// Whether it left nothing open: done, or taken back.
    var isFinished: Bool { status == .done || status == .undone }
}
