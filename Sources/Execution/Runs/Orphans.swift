import Databases
import Planning

/// Sessions of a run that outlived its process: a server notices that nobody listens only when it wants to answer.
struct Orphans {
    let run: String
    let held: TargetGuard
    let environment: RunEnvironment

    /// How long a statement may go on before its session is ended.
    private static let grace = Duration.seconds(5)
    /// How long the end of a session is waited for.
    private static let patience = Duration.seconds(60)

    /// Waits until none is left: what works is given a while, then ended; concurrent work on indexes is waited for.
    ///
    /// - Throws: `RunRefusal.orphaned` when one does not end.
    func clear() async throws(RunRefusal) {
        let start = Time.now
        var told = -1
        while true {
            let orphans = try await look()
            guard let first = orphans.first else { return }
            let waited = start.duration(to: Time.now)
            let tens = waited.milliseconds / 10_000
            if tens > told {
                environment.tell("waiting on \(held.target.name) for \(first.words)")
                told = tens
            }
            let isBuilding = orphans.contains(where: \.isBuilding)
            guard !environment.stopRequested(), isBuilding || waited < Self.patience else {
                throw .orphaned(target: held.target.name, session: first.words)
            }
            for orphan in orphans where !orphan.isBuilding && (orphan.state != "active" || waited > Self.grace) {
                try await end(orphan)
            }
            await Time.sleep(for: .milliseconds(100))
        }
    }

    private func look() async throws(RunRefusal) -> [WorkingSession] {
        let session = await held.session
        guard let question = session.dialect.sessions(workingFor: run) else { return [] }
        do throws(DatabaseError) {
            return try await session.execute(question).rows.compactMap(WorkingSession.init)
        } catch {
            throw .ledgerUnusable(target: held.target.name, error)
        }
    }

    private func end(_ orphan: WorkingSession) async throws(RunRefusal) {
        let session = await held.session
        guard let statement = session.dialect.end(session: orphan.process, since: orphan.start) else { return }
        do throws(DatabaseError) {
            _ = try await session.execute(statement)
        } catch {
            throw .ledgerUnusable(target: held.target.name, error)
        }
    }
}

/// A session that works for a run, as the server tells.
struct WorkingSession {
    let process: String
    let start: String
    let state: String
    private let seconds: String
    private let query: String
    private let application: String

    /// A row of what the dialect asks for.
    init?(_ row: [DatabaseValue]) {
        let texts = row.compactMap(\.text)
        guard texts.count == 6 else { return nil }
        (process, start, state) = (texts[0], texts[1], texts[2])
        (seconds, query, application) = (texts[3], texts[4], texts[5])
    }

    /// Whether it is better to let it finish: ended in the middle, it leaves an invalid index.
    var isBuilding: Bool { state == "active" && query.uppercased().contains("CONCURRENTLY") }

    /// In a line.
    var words: String { "session \(process) (\(application)), \(state) for \(seconds)s: \(query.keywords)" }
}

extension String {
    /// The first words of a statement, for one that may hold secrets: values are not among them.
    var keywords: String {
        let words = split(whereSeparator: \.isWhitespace)
        let plain = words.prefix(3).prefix { $0.utf8.allSatisfy { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A } }
        return plain.joined(separator: " ") + (plain.count < words.count ? " ..." : "")
    }
}
