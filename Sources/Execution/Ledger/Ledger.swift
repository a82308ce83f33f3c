import CanonicalJSON
import Databases
import Planning

/// The rows a run leaves in each target: which steps took effect, decided in the transaction of the step itself.
///
/// A marker is inserted first in its step's transaction. Then it is a fence against a second run, it does not depend
/// on what the script does to role and search path, and after any crash it is there exactly when the step is
/// (measured over thousands of killed clients and servers).
struct Ledger: Sendable {
    let prefix: String
    private let sharesLocks: Bool
    private let preparation: [SQLStatement]

    init(_ dialect: any Dialect) {
        prefix = dialect.ledgerPrefix
        // Engines with one writer at a time have no row locks and need none.
        sharesLocks = dialect.capabilities.concurrentWriters
        preparation = dialect.ledgerPreparation
    }

    /// Statements that make the tables; each is repeatable.
    var setup: [SQLStatement] {
        preparation + [
            SQLStatement(
                """
                CREATE TABLE IF NOT EXISTS \(prefix)run (
                  run_id text PRIMARY KEY, plan_digest text NOT NULL, name text NOT NULL, cycle integer NOT NULL,
                  epoch integer NOT NULL, status text NOT NULL, owner text NOT NULL, process text NOT NULL,
                  nonce text NOT NULL, variables_digest text NOT NULL,
                  database_id text NOT NULL, started_at timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
                  finished_at timestamp with time zone)
                """),
            SQLStatement(
                """
                CREATE TABLE IF NOT EXISTS \(prefix)ledger (
                  plan_digest text NOT NULL, target text NOT NULL, step_id text NOT NULL, direction text NOT NULL,
                  cycle integer NOT NULL, run_id text NOT NULL, step_sha256 text NOT NULL, epoch integer NOT NULL,
                  journal_head text NOT NULL, state text NOT NULL,
                  at timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
                  PRIMARY KEY (plan_digest, target, step_id, direction, cycle))
                """),
        ]
    }

    /// The runs of a plan here, and those of other plans of its runbook that were left unfinished, or are done with
    /// the same variables; the latest cycle first.
    func runs(of plan: String, named name: String, variables: String) -> SQLStatement {
        SQLStatement(
            """
            SELECT \(EarlierRun.columns) FROM \(prefix)run
            WHERE plan_digest = $1
              OR (name = $2 AND status <> 'undone' AND (status <> 'done' OR variables_digest = $3))
            ORDER BY cycle DESC, started_at DESC
            """,
            [plan, name, variables]
        )
    }

    /// One run.
    func run(_ run: String) -> SQLStatement {
        SQLStatement("SELECT \(EarlierRun.columns) FROM \(prefix)run WHERE run_id = $1", [run])
    }

    /// Who acts for a run; for nil, for the one that began last and has not ended.
    func holder(_ run: String?) -> SQLStatement {
        SQLStatement(
            """
            SELECT \(RunHolder.columns) FROM \(prefix)run WHERE run_id = $1 OR ($1 IS NULL AND status = 'running')
            ORDER BY started_at DESC LIMIT 1
            """,
            [run])
    }

    /// Notes a run that begins.
    func begin(_ row: RunRow) -> SQLStatement {
        SQLStatement(
            """
            INSERT INTO \(prefix)run
              (run_id, plan_digest, name, cycle, epoch, status, owner, process, nonce, database_id, variables_digest)
            VALUES ($1, $2, $3, CAST($4 AS integer), CAST($5 AS integer), $6, $7, $8, $9, $10, $11)
            """,
            [
                row.run, row.plan, row.name, String(row.cycle), String(row.epoch), row.status.rawValue,
                row.owner.name, row.owner.process, row.owner.nonce, row.database, row.variables,
            ])
    }

    /// Makes whoever acts for a run the only one that may: markers of an older epoch are not written any more.
    ///
    /// One row with the new epoch, none where the run is not known.
    func takeOver(_ run: String, by owner: RunOwner) -> SQLStatement {
        SQLStatement(
            """
            UPDATE \(prefix)run SET epoch = epoch + 1, status = 'running', owner = $1, process = $2, nonce = $3,
              finished_at = NULL
            WHERE run_id = $4 RETURNING epoch
            """,
            [owner.name, owner.process, owner.nonce, run])
    }

    /// The markers of a plan's cycle: step, direction, state, head of the journal then.
    func markers(of plan: String, target: String, cycle: Int) -> SQLStatement {
        SQLStatement(
            """
            SELECT step_id, direction, state, journal_head FROM \(prefix)ledger
            WHERE plan_digest = $1 AND target = $2 AND cycle = CAST($3 AS integer)
            """,
            [plan, target, String(cycle)])
    }

    /// Notes how a run stands now, while nobody took it over.
    func finish(_ run: String, status: RunRow.Status, epoch: Int) -> SQLStatement {
        SQLStatement(
            """
            UPDATE \(prefix)run SET status = $1, finished_at = CURRENT_TIMESTAMP
            WHERE run_id = $2 AND epoch = CAST($3 AS integer)
            """,
            [status.rawValue, run, String(epoch)])
    }

    /// The marker of a step: one row while the run is still the one that may act, none when another took over;
    /// fails with a unique violation when the step took effect before.
    ///
    /// `answer` is a query whose value the row returns.
    func marker(_ marker: Marker, returning answer: SQLStatement? = nil) -> SQLStatement {
        insertion(of: marker, (sharesLocks ? " FOR SHARE" : "") + (answer.map { " RETURNING (\($0.text))" } ?? ""))
    }

    /// Writes what a person says of a step, over what stands there.
    func override(_ marker: Marker) -> SQLStatement {
        insertion(
            of: marker,
            " ON CONFLICT (plan_digest, target, step_id, direction, cycle) DO UPDATE SET state = excluded.state")
    }

    /// Inserts a marker while the run is still the one that may act.
    private func insertion(of marker: Marker, _ tail: String) -> SQLStatement {
        SQLStatement(
            """
            INSERT INTO \(prefix)ledger
              (plan_digest, target, step_id, direction, cycle, run_id, step_sha256, epoch, journal_head, state)
            SELECT $1, $2, $3, $4, CAST($5 AS integer), run_id, $7, epoch, $9, $10
            FROM \(prefix)run WHERE run_id = $6 AND epoch = CAST($8 AS integer)
            """ + tail,
            [
                marker.plan, marker.target, marker.step, marker.direction.rawValue, String(marker.cycle),
                marker.run, marker.sha256, String(marker.epoch), marker.journalHead, marker.state.rawValue,
            ]
        )
    }

    /// What the marker of a step says.
    func state(of marker: Marker) -> SQLStatement {
        SQLStatement(
            """
            SELECT state FROM \(prefix)ledger WHERE plan_digest = $1 AND target = $2 AND step_id = $3
              AND direction = $4 AND cycle = CAST($5 AS integer)
            """,
            [marker.plan, marker.target, marker.step, marker.direction.rawValue, String(marker.cycle)]
        )
    }

    /// Changes the state of a marker: for steps whose effect is not in its transaction.
    func settle(_ marker: Marker, state: Marker.State) -> SQLStatement {
        SQLStatement(
            """
            UPDATE \(prefix)ledger SET state = $1 WHERE plan_digest = $2 AND target = $3 AND step_id = $4
              AND direction = $5 AND cycle = CAST($6 AS integer)
            """,
            [
                state.rawValue, marker.plan, marker.target, marker.step, marker.direction.rawValue,
                String(marker.cycle),
            ])
    }

    /// Takes a marker away that announced a step which then left nothing.
    func withdraw(_ marker: Marker) -> SQLStatement {
        SQLStatement(
            """
            DELETE FROM \(prefix)ledger WHERE plan_digest = $1 AND target = $2 AND step_id = $3
              AND direction = $4 AND cycle = CAST($5 AS integer) AND state = 'started'
            """,
            [marker.plan, marker.target, marker.step, marker.direction.rawValue, String(marker.cycle)])
    }
}

/// A run as a target's ledger knows it.
struct RunRow: Sendable, Equatable {
    let run: String
    let plan: String
    let name: String
    let cycle: Int
    let epoch: Int
    let status: Status
    let owner: RunOwner
    /// What tells the database from its clones, which carry the same rows.
    let database: String
    /// The digest of the values it was planned with: with others the same runbook is other work.
    let variables: String

    /// How a run stands, for the next that would begin.
    enum Status: String, Sendable {
        /// It runs, or its process died.
        case running
        /// Everything is done.
        case done
        /// Everything was taken back, or nothing was ever applied.
        case undone
        /// Part of it is applied.
        case stopped
        /// Taking back failed or left something.
        case stuck
    }
}

extension PlannedStep {
    /// SHA-256 of what it does, for the ledger; empty where it leaves nothing there.
    var digest: String {
        switch action {
        case .apply(let script): script.digest.hex
        case .run(let command): Digest(of: JSON.array(command.arguments.map(JSON.string))).hex
        case .capture, .backup: ""
        }
    }
}

/// A marker: the ledger row that says a step was applied.
struct Marker: Sendable {
    let plan: String
    let target: String
    let step: String
    let direction: Direction
    let cycle: Int
    let run: String
    let sha256: String
    let epoch: Int
    let journalHead: String
    let state: State

    /// What a marker says.
    enum State: String, Sendable {
        /// Its step is applied: written in the step's own transaction, or afterwards.
        case applied
        /// Its step was about to act outside any transaction.
        case started
        /// A person said that it is left out.
        case skipped
    }
}
