/// Lets what must not be at the same time take its turn, one after the other in the order of asking.
package actor Turns {
    private var taken: Set<String> = []
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// Nobody has one.
    package init() {}

    /// Does something in its turn among what is called the same.
    package func take<Value: Sendable, Failure: Error>(
        _ name: String, _ body: @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await begin(name)
        defer { end(name) }
        return try await body()
    }

    private func begin(_ name: String) async {
        guard taken.insert(name).inserted else {
            return await withCheckedContinuation { waiting[name, default: []].append($0) }
        }
    }

    private func end(_ name: String) {
        guard let next = waiting[name]?.first else {
            taken.remove(name)
            return
        }
        waiting[name]?.removeFirst()
        next.resume()
    }
}
