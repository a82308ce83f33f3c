/// Writes runbooks of two to five phases by chance.
struct ScenarioWriter {
    var chance: Chance
    private var lines: [String] = []
    private var phases: [Scenario.Phase] = []

    init(_ chance: Chance) { self.chance = chance }

    /// A runbook, the same for the same chance.
    mutating func write() throws -> Scenario {
        let hasTwo = chance.happens(1, in: 4)
        lines = ["runbook: 1", "name: sim", "vars: { key: { secret: { env: KEY } } }"]
        lines += ["databases: { main: \"postgres://sim/main\"\(hasTwo ? ", side: \"postgres://sim/side\"" : "") }"]
        lines += ["target: main", "phases:"]
        for number in 1...chance.number(2...5) {
            writePhase("p\(number)", number, hasTwo ? ["main", "side"] : ["main"])
        }
        if chance.happens(1, in: 5) { writeWindow() }
        return try Scenario(text: lines.joined(separator: "\n"), phases: phases)
    }

    /// A window, with estimates for all that is held against it; now and then one is missing.
    private mutating func writeWindow() {
        let start = chance.pick(["", ", start: \"2025-10-09T08:53:20Z\"", ", start: \"2025-10-09T10:54:30+02:00\""])
        let loss = chance.happens(1, in: 3) ? ["slo: { rollback: 1m, data_loss: none }"] : []
        let head = loss + ["window: { length: \(chance.pick(["90s", "5m", "20m", "2h"]))\(start) }"]
        lines = lines.flatMap { line in
            switch line {
            case "phases:": return head + [line]
            case "    rollback:": return [line] + estimate("      ")
            default: return line.hasPrefix("    target: ") ? [line] + estimate("    ") : [line]
            }
        }
    }

    private mutating func estimate(_ indent: String) -> [String] {
        guard !chance.happens(1, in: 12) else { return [] }
        return [indent + chance.pick(["estimate: 10s", "estimate: 1m", "estimate: { from: 1s, to: 30s }"])]
    }

    private mutating func writePhase(_ id: String, _ number: Int, _ targets: [String]) {
        let target = chance.pick(targets)
        lines += ["  - id: \(id)", "    target: \(target)"]
        if number > 1, chance.happens(2, in: 5) {
            let needs = chance.happens(1, in: 2) ? "" : "p\(chance.number(1...number - 1))"
            lines.append("    needs: [\(needs)]")
        }
        lines.append("    on_failure: \(chance.pick(["unwind", "unwind", "unwind", "rollback", "stop", "ask"]))")
        if chance.happens(1, in: 8) { lines.append("    if: { query: \(weather("if \(id)")), expect: 1 }") }
        if chance.happens(1, in: 8) {
            lines.append("    preconditions: [{ query: \(weather("before \(id)")), expect: 1 }]")
        }
        lines.append("    steps:")
        var steps: [Scenario.Step] = []
        for place in 1...chance.number(1...3) {
            let step = Scenario.Step(token: "\(id)_\(place)", kind: kind())
            steps.append(step)
            lines += forward(step)
        }
        if chance.happens(1, in: 2) {
            let retry = chance.happens(1, in: 3) ? ", retry: { every: 2s, for: 20s }" : ""
            lines.append("    checks: [{ query: \(weather("after \(id)")), expect: 1\(retry) }]")
        }
        if chance.happens(1, in: 4) {
            let policy = chance.pick(["", ", on_no_go: unwind", ", on_no_go: stop", ", on_no_go: rollback"])
            let moment = chance.pick(["start", "end"])
            lines.append("    gate: { question: Go on?, deciders: [lead], at: \(moment)\(policy) }")
        }
        let rollback = writeRollback(id, steps)
        phases.append(Scenario.Phase(id: id, target: target, steps: steps, rollback: rollback))
    }

    private mutating func kind() -> Scenario.Kind {
        chance.happens(1, in: 2) ? chance.pick([.mark, .table, .fragile]) : chance.pick(Scenario.Kind.allCases)
    }

    private func weather(_ token: String) -> String { "\"SELECT ok FROM weather WHERE id = '\(token)'\"" }

    private mutating func forward(_ step: Scenario.Step) -> [String] {
        let token = step.token
        let mark = "INSERT INTO base VALUES ('\(token)')"
        let shared = chance.pick(["a", "b"])
        switch step.kind {
        case .mark: return ["      - statement: \"\(mark)\""]
        case .table:
            return [
                "      - statement: \"UPDATE shared_\(shared) SET n = n; \(mark); CREATE TABLE t_\(token) (id integer)\""
            ]
        case .parts:
            return [
                "      - statement: \"\(mark); CREATE TABLE t_\(token) (id integer)\"",
                "        transaction: statement",
            ]
        case .fragile:
            return [
                "      - statement: \"\(mark); UPDATE fragile SET n = :'key'; UPDATE shared_\(shared) SET n = n\"",
                "        timeout: 5s",
            ]
        default: return outside(step)
        }
    }

    /// A step that is in no transaction, or reads.
    private func outside(_ step: Scenario.Step) -> [String] {
        let token = step.token
        switch step.kind {
        case .index:
            return [
                "      - statement: CREATE INDEX CONCURRENTLY i_\(token) ON base (id)", "        transaction: none",
            ]
        case .call:
            return [
                "      - statement: \"CALL leave('\(token)')\"", "        transaction: none",
                "        done_when: { query: \"SELECT count(*) FROM base WHERE id = '\(token)'\", expect: 1 }",
            ]
        case .vacuum:
            return [
                "      - statement: VACUUM v_\(token)", "        transaction: none",
                "        done_when: { query: \"SELECT count(*) FROM vacuumed WHERE id = 'v_\(token)'\", expect: 1 }",
            ]
        case .program:
            return [
                "      - run: mark \(token)",
                "        done_when: { query: \"SELECT count(*) FROM outside WHERE id = '\(token)'\", expect: 1 }",
            ]
        case .blindProgram: return ["      - run: mark \(token)"]
        default:
            return [
                "      - capture: { name: kept-\(token.replacing("_", with: "-")), query: SELECT count(*) FROM base }"
            ]
        }
    }

    private mutating func writeRollback(_ id: String, _ steps: [Scenario.Step]) -> Scenario.Rollback {
        var undo = steps.reversed().flatMap { back($0) }
        if undo.isEmpty || chance.happens(1, in: 12) {
            lines.append("    rollback: { none: nothing to do }")
            return .nothing
        }
        if chance.happens(1, in: 12) {
            lines.append("    rollback: { irreversible: gone }")
            return .irreversible
        }
        let hasTable = steps.contains { $0.kind == .table }
        let forgets = hasTable && chance.happens(1, in: 10)
        if forgets {
            undo = undo.filter { !$0.contains("DROP TABLE") } + ["        - statement: \"UPDATE shared_a SET n = n\""]
        }
        lines += ["    rollback:", "      steps:"] + undo
        if chance.happens(1, in: 6) {
            lines.append("      checks: [{ query: \(weather("back \(id)")), expect: 1 }]")
        }
        return forgets ? .forgetful : .whole
    }

    private func back(_ step: Scenario.Step) -> [String] {
        let token = step.token
        let unmark = "        - statement: \"DELETE FROM base WHERE id = '\(token)'\""
        switch step.kind {
        case .mark, .fragile, .call: return [unmark]
        case .table, .parts: return ["        - statement: DROP TABLE IF EXISTS t_\(token)", unmark]
        case .index:
            return [
                "        - statement: DROP INDEX CONCURRENTLY IF EXISTS i_\(token)", "          transaction: none",
            ]
        case .program, .blindProgram: return ["        - run: unmark \(token)"]
        case .vacuum, .capture: return []
        }
    }
}
