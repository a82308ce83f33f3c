import Databases

/// The ledger's own statements, known by how they begin; their values come in the order the ledger binds them.
extension Interpreter {
    func ledger(_ statement: SQLStatement, _ blockers: inout [Backend]) -> Performance {
        let text = statement.text
        if text.hasPrefix("CREATE TABLE IF NOT EXISTS") {
            if !view.hasLedger { add(.makeLedger) }
            return .done(.tag("CREATE TABLE"))
        }
        guard view.hasLedger else { return failed("42P01", "relation \"gonogo.run\" does not exist") }
        let values = statement.values.map { $0 ?? "" }
        switch true {
        case text.hasPrefix("SELECT run_id, plan_digest"): return .done(.rows(runs(text, values)))
        case text.hasPrefix("SELECT run_id, owner"):
            let run = view.runs.last { statement.values[0] == nil ? $0.status == "running" : $0.run == values[0] }
            return .done(.rows(run.map { [[$0.run, $0.owner, $0.process, "2026-11-21 20:00:00", $0.nonce]] } ?? []))
        case text.hasPrefix("INSERT INTO gonogo.run"): return begin(values, &blockers)
        case text.hasPrefix("UPDATE gonogo.run SET epoch"): return takeOver(values, &blockers)
        case text.hasPrefix("UPDATE gonogo.run SET status"): return finish(values, &blockers)
        case text.hasPrefix("SELECT step_id, direction"):
            let found = view.markers.filter {
                ($0.key.plan, $0.key.target, $0.key.cycle) == (values[0], values[1], values[2])
            }
            return .done(.rows(found.map { [$0.key.step, $0.key.direction, $0.state, $0.head] }))
        case text.hasPrefix("SELECT state FROM"):
            return .done(.rows(view.marker(key(values[...])).map { [[$0.state]] } ?? []))
        case text.hasPrefix("INSERT INTO gonogo.ledger"): return mark(text, values, &blockers)
        case text.hasPrefix("UPDATE gonogo.ledger SET state"):
            return settle(key(values.dropFirst()), to: values[0], &blockers)
        case text.hasPrefix("DELETE FROM gonogo.ledger"): return settle(key(values[...]), to: nil, &blockers)
        default:
            server.world.invariants.report("the simulated server does not know: \(text)")
            return failed("42601", "syntax error")
        }
    }

    private func key(_ values: ArraySlice<String>) -> Store.Marker.Key {
        let values = Array(values)
        return Store.Marker.Key(
            plan: values[0], target: values[1], step: values[2], direction: values[3], cycle: values[4])
    }

    private func runs(_ text: String, _ values: [String]) -> [[String?]] {
        let found = view.runs.filter { run in
            guard text.contains("plan_digest = $1") else { return run.run == values[0] }
            if run.plan == values[0] { return true }
            return run.name == values[1] && run.status != "undone"
                && (run.status != "done" || run.variables == values[2])
        }
        return found.reversed().sorted { Int($0.cycle) ?? 0 > Int($1.cycle) ?? 0 }.map { run in
            let finished = run.finishedAt.map(String.init) ?? ""
            return [run.run, run.plan, run.cycle, run.status, run.database, finished, String(run.epoch)]
        }
    }

    private func begin(_ values: [String], _ blockers: inout [Backend]) -> Performance {
        blockers = server.take("run " + values[0], alone: true, backend)
        guard blockers.isEmpty else { return .blocked }
        guard view.run(values[0]) == nil else { return failed("23505", "duplicate key of gonogo.run") }
        add(
            .addRun(
                Store.Run(
                    run: values[0], plan: values[1], name: values[2], cycle: values[3], epoch: Int(values[4]) ?? 1,
                    status: values[5], owner: values[6], process: values[7], nonce: values[8], database: values[9],
                    variables: values[10])))
        return .done(.tag("INSERT 0 1"))
    }

    private func takeOver(_ values: [String], _ blockers: inout [Backend]) -> Performance {
        guard let run = view.run(values[3]) else { return .done(.rows([], tag: "UPDATE 0")) }
        blockers = server.take("run " + run.run, alone: true, backend)
        guard blockers.isEmpty else { return .blocked }
        add(
            .changeRun(
                run.run, epoch: run.epoch + 1, status: "running", owner: Array(values[0...2]), finishedAt: nil))
        return .done(.rows([[String(run.epoch + 1)]], tag: "UPDATE 1"))
    }

    private func finish(_ values: [String], _ blockers: inout [Backend]) -> Performance {
        guard let run = view.run(values[1]), String(run.epoch) == values[2] else { return .done(.tag("UPDATE 0")) }
        blockers = server.take("run " + run.run, alone: true, backend)
        guard blockers.isEmpty else { return .blocked }
        add(
            .changeRun(
                run.run, epoch: run.epoch, status: values[0], owner: nil, finishedAt: server.world.scheduler.now))
        return .done(.tag("UPDATE 1"))
    }

    /// A marker: only while the run is of its epoch, whose row it then shares; two of one step exclude each other.
    private func mark(_ text: String, _ values: [String], _ blockers: inout [Backend]) -> Performance {
        guard let run = view.run(values[5]), String(run.epoch) == values[7] else {
            return .done(.rows([], tag: "INSERT 0 0"))
        }
        blockers = server.take("run " + run.run, alone: false, backend)
        guard blockers.isEmpty else { return .blocked }
        let key = key(values[...])
        blockers = server.take("marker \(key)", alone: true, backend)
        guard blockers.isEmpty else { return .blocked }
        let answer = [[backend.transaction.map { String($0.number) }]]
        if view.marker(key) != nil {
            guard text.contains("ON CONFLICT") else { return failed("23505", "duplicate key of gonogo.ledger") }
            add(.setMarker(key, values[9]))
            return .done(.tag("INSERT 0 1"))
        }
        add(
            .addMarker(
                Store.Marker(
                    key: key, run: run.run, sha256: values[6], epoch: run.epoch, head: values[8], state: values[9])))
        return .done(.rows(text.contains("RETURNING") ? answer : [], tag: "INSERT 0 1"))
    }

    private func settle(_ key: Store.Marker.Key, to state: String?, _ blockers: inout [Backend]) -> Performance {
        guard let marker = view.marker(key), state != nil || marker.state == "started" else {
            return .done(.tag(state == nil ? "DELETE 0" : "UPDATE 0"))
        }
        blockers = server.take("marker \(key)", alone: true, backend)
        guard blockers.isEmpty else { return .blocked }
        add(state.map { .setMarker(key, $0) } ?? .removeMarker(key))
        return .done(.tag(state == nil ? "DELETE 1" : "UPDATE 1"))
    }
}
