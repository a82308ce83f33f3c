import Databases
import Diagnostics
import Planning
import Runbooks

/// Puts statements to the servers they are meant for, which parse them and run nothing.
struct ServerVerdicts {
    private let databases: [String: String]
    private let addresses: Addresses

    init(_ runbook: Runbook, _ addresses: Addresses) {
        databases = Dictionary(runbook.databases.map { ($0.name.value, $0.url.value) }, uniquingKeysWith: { $1 })
        self.addresses = addresses
    }

    /// What could be learned; a server that cannot be reached says nothing, and its statements stay refused.
    func answers(to questions: [ServerQuestion]) async -> [ServerQuestion: ServerVerdict] {
        var verdicts: [ServerQuestion: ServerVerdict] = [:]
        for (target, asked) in Dictionary(grouping: questions, by: \.target).sorted(by: { $0.key < $1.key }) {
            do throws(DatabaseError) {
                let session = try await open(target)
                for question in asked { verdicts[question] = await verdict(question.statement, session) }
                await session.close()
            } catch {
                Output.message("\(target) could not be asked: \(error.message.printable)\n")
            }
        }
        return verdicts
    }

    private func open(_ target: String) async throws(DatabaseError) -> any DatabaseSession {
        switch addresses.request(databases[target] ?? "") {
        case .success(let request): return try await addresses.open(request, as: "gonogo/parse")
        case .failure(let problem): throw DatabaseError(kind: .connection, message: problem.message)
        }
    }

    private func verdict(_ statement: String, _ session: any DatabaseSession) async -> ServerVerdict? {
        let server = "\(session.identity.engine.title) \(session.identity.version)"
        do throws(DatabaseError) {
            try await session.parse(statement, deadline: .now.advanced(by: .seconds(30)))
            return .understood(by: server)
        } catch {
            if error.kind != .statement { return nil }
            return error.isSyntaxError ? .refused(by: server, message: error.message) : .understood(by: server)
        }
    }
}
