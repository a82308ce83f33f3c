import Databases
import Planning

/// Says who keeps a statement waiting, while it waits.
struct LockWatch {
    let context: RunContext
    let target: String
    let mark: StepMark

    /// How long a statement goes on before anybody looks.
    private static let delay = Duration.seconds(1)
    /// How often somebody looks; to ask who blocks whom holds the server's lock tables for a moment.
    private static let period = Duration.seconds(2)

    /// Does something that a session may have to wait for.
    func during<Success: Sendable>(
        of session: any DatabaseSession, _ work: () async -> Success
    ) async -> Success {
        guard let process = session.facts.process, let question = session.dialect.blockers(of: process) else {
            return await work()
        }
        let watching = Task.apart { await watch(question) }
        let success = await work()
        watching.cancel()
        return success
    }

    private func watch(_ question: SQLStatement) async {
        await Time.sleep(for: Self.delay)
        guard !Task.isCancelled, let session = try? await context.open(target) else {
            return
        }
        var told: [String] = []
        while !Task.isCancelled, let rows = try? await session.execute(question).rows {
            let blockers = rows.compactMap(Blocker.init)
            if !blockers.isEmpty, blockers.map(\.name) != told {
                told = blockers.map(\.name)
                let words = "waits for " + blockers.prefix(5).map(\.words).joined(separator: "; ")
                try? await context.log.report(.stepWaits(mark, words: words))
            }
            await Time.sleep(for: Self.period)
        }
        await session.close()
    }
}

/// One who holds what is waited for.
private struct Blocker {
    let name: String
    private let state: String
    private let seconds: String
    private let query: String

    /// A row of what the dialect asks for.
    init?(_ row: [DatabaseValue]) {
        let texts = row.compactMap(\.text)
        guard texts.count == 4 else { return nil }
        (name, state, seconds, query) = (texts[0], texts[1], texts[2], texts[3])
    }

    /// Another run's statement may hold secrets that only that run knows.
    var words: String {
        "\(name), \(state), for \(seconds)s: \(name.contains(", gonogo/") ? query.keywords : query.oneLine)"
    }
}
