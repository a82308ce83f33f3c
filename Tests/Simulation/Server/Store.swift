/// What a database holds.
struct Store: Sendable {
    /// Whether gonogo's own tables are there.
    var hasLedger = false
    var runs: [Run] = []
    var markers: [Marker] = []
    /// Tables that steps made, and the marks that steps left in the table that was there before.
    var tables: Set<String> = []
    var marks: [String: Int] = [:]
    /// What was vacuumed.
    var vacuumed: Set<String> = []
    /// Whether each index is valid.
    var indexes: [String: Bool] = [:]

    /// A row of the ledger about a run.
    struct Run: Sendable {
        let run: String
        let plan: String
        let name: String
        let cycle: String
        var epoch: Int
        var status: String
        var owner: String
        var process: String
        var nonce: String
        let database: String
        let variables: String
        var finishedAt: Int?
    }

    /// A row of the ledger about a step.
    struct Marker: Sendable {
        let key: Key
        let run: String
        let sha256: String
        let epoch: Int
        let head: String
        var state: String

        /// What is unique about it.
        struct Key: Sendable, Hashable {
            let plan: String
            let target: String
            let step: String
            let direction: String
            let cycle: String
        }
    }

    /// One thing that a transaction changes.
    enum Change: Sendable {
        case makeLedger
        case addRun(Run)
        case changeRun(String, epoch: Int, status: String, owner: [String]?, finishedAt: Int?)
        case addMarker(Marker)
        case setMarker(Marker.Key, String)
        case removeMarker(Marker.Key)
        case makeTable(String)
        case dropTable(String)
        case mark(String)
        case unmark(String)
        case setIndex(String, isValid: Bool)
        case dropIndex(String)
        case vacuum(String)
    }

    mutating func apply(_ change: Change) {
        switch change {
        case .makeLedger: hasLedger = true
        case .addRun(let run): runs.append(run)
        case .changeRun(let run, let epoch, let status, let owner, let finishedAt):
            guard let place = runs.firstIndex(where: { $0.run == run }) else { return }
            runs[place].epoch = epoch
            runs[place].status = status
            runs[place].finishedAt = finishedAt
            if let owner {
                (runs[place].owner, runs[place].process, runs[place].nonce) = (owner[0], owner[1], owner[2])
            }
        case .addMarker(let marker): markers.append(marker)
        case .setMarker(let key, let state):
            guard let place = markers.firstIndex(where: { $0.key == key }) else { return }
            markers[place].state = state
        case .removeMarker(let key): markers.removeAll { $0.key == key }
        case .makeTable(let name): tables.insert(name)
        case .dropTable(let name): tables.remove(name)
        case .mark(let token): marks[token, default: 0] += 1
        case .unmark(let token): marks[token] = nil
        case .setIndex(let name, let isValid): indexes[name] = isValid
        case .dropIndex(let name): indexes[name] = nil
        case .vacuum(let name): vacuumed.insert(name)
        }
    }

    func run(_ name: String) -> Run? { runs.first { $0.run == name } }
    func marker(_ key: Marker.Key) -> Marker? { markers.first { $0.key == key } }
}
