import Statements

/// Checks of what a tenant sees, asked as somebody who sees everything, or with a setting that no policy reads.
struct VisibilityChecks: CheckRule {
    func findings(for asked: AskedQuery, in schema: CheckedSchema) -> [RuleFinding] {
        guard let shape = asked.shape, !asked.ownSettings.isEmpty else { return [] }
        let guarded = shape.relations.filter { !(schema[$0]?.settings.isEmpty ?? true) }
        guard let table = guarded.first, let settings = schema[table]?.settings else { return [] }
        guard let own = asked.ownSettings.first(where: settings.contains) else {
            return otherName(asked, table, settings)
        }
        guard let words = bypassing(asked) else { return [] }
        return [
            RuleFinding(
                ReviewCodes.seesEverything,
                "\(asked.owner) sets \(own) and asks \(table) as \(words)",
                help: "ask as the application: `as: ROLE`, with a check before that it has no BYPASSRLS")
        ]
    }

    /// Who asks, where policies may not bind him.
    private func bypassing(_ asked: AskedQuery) -> String? {
        switch asked.query.role {
        case nil: "the role that migrates, whom policies need not bind"
        case "postgres": "postgres, a superuser, whom no policy binds"
        default: nil
        }
    }

    private func otherName(_ asked: AskedQuery, _ table: RelationName, _ settings: Set<String>) -> [RuleFinding] {
        for own in asked.ownSettings {
            guard let meant = settings.sorted().first(where: own.isLike) else { continue }
            return [
                RuleFinding(
                    ReviewCodes.settingNames, "\(asked.owner) sets \(own), and the policies of \(table) read \(meant)",
                    help: "write \(meant)")
            ]
        }
        return []
    }
}

extension String {
    /// Whether two settings are so much alike that one is most likely meant for the other: the same namespace, and one
    /// name the beginning of the other.
    func isLike(_ other: String) -> Bool {
        guard self != other, let own = firstIndex(of: "."), let their = other.firstIndex(of: "."),
            self[..<own] == other[..<their]
        else { return false }
        return hasPrefix(other) || other.hasPrefix(self)
    }
}
