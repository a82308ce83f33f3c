/// People by their identities, however they are capitalised.
struct Identities: Sendable {
    private var names: Set<String>

    /// These people.
    init(_ names: [String]) { self.names = Set(names.map(Self.key)) }

    /// Those who wrote a runbook: its authors and its owner, of `Ana <ana@example.org>` also the address.
    init(authorsOf consent: PlannedConsent, owner: String?) {
        let written = consent.authors + [owner].compactMap { $0 }
        self.init(written.flatMap { [$0] + Self.address(in: $0) })
    }

    var isEmpty: Bool { names.isEmpty }
    var count: Int { names.count }

    func contains(_ name: String) -> Bool { names.contains(Self.key(name)) }

    mutating func subtract(_ others: Identities) { names.subtract(others.names) }

    /// What two spellings of one identity have in common.
    static func key(_ name: String) -> String {
        name.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    }

    private static func address(in name: String) -> [String] {
        guard let start = name.lastIndex(of: "<"), name.hasSuffix(">") else { return [] }
        return [String(name[name.index(after: start)...].dropLast())]
    }
}
