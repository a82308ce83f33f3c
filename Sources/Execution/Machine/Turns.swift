/// Lets work outside of transactions on one target take its turn: index builds beside each other wait for each other's
/// transactions, and one of them is then a deadlock's victim, with all it had built.
actor Turns {
    private var taken: Set<String> = []
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// Waits for the turn on a target.
    func take(_ target: String) async {
        guard taken.insert(target).inserted else {
            return await withCheckedContinuation { waiting[target, default: []].append($0) }
        }
    }

    /// Gives it to the next.
    func give(_ target: String) {
        guard let next = waiting[target]?.first else {
            taken.remove(target)
            return
        }
        waiting[target]?.removeFirst()
        next.resume()
    }
}
