import Diagnostics
import Planning
import Runbooks
import Statements

/// The phases of a plan as a table, with links to their details.
struct OverviewMarkup {
    private let outline: PlanOutline

    init(_ outline: PlanOutline) { self.outline = outline }

    var html: HTML {
        """
        <div class="wide" tabindex="0" role="region" aria-labelledby="overview-title"><table class="overview"><thead><tr>\
        <th scope="col" class="number">#</th><th scope="col">Phase</th><th scope="col">Does</th>\
        <th scope="col">Locks</th><th scope="col" class="number">Estimate</th><th scope="col">If it fails</th></tr></thead>
        <tbody>
        \(outline.plan.phases.indices.map(rows))</tbody></table></div>
        """
    }

    private func rows(of index: Int) -> HTML {
        let phase = outline.plan.phases[index]
        let row: HTML = """
            <tr><td class="number">\(index + 1)</td><th scope="row"><a href="#phase-\(index + 1)"><code>\(phase.id)</code>\
            </a></th><td>\(does(phase))</td><td>\(locks(of: phase))</td>\
            <td class="number">\(phase.estimate?.words ?? "-")</td><td>\(outline.ifItFails(index))</td></tr>

            """
        guard let gate = phase.gate, phase.skipped == nil else { return row }
        let noGo = outline.ifNoGo(index).map { "no-go: \($0)" } ?? ""
        let decision: HTML = """
            <tr class="gate"><td></td><th scope="row">GATE</th><td colspan="3">\(gate.question.prose) \
            <span class="soft">(\(gate.terms))</span></td><td>\(noGo)</td></tr>

            """
        return gate.moment == .start ? "\(decision)\(row)" : "\(row)\(decision)"
    }

    private func does(_ phase: PlannedPhase) -> HTML {
        if let reason = phase.skipped { return #"<span class="badge">skipped</span> \#(reason.prose)"# }
        var parts = phase.otherWork.map { HTML("\($0)") }
        if let script = phase.firstScript {
            let more = script.others > 0 ? " and \(Count(script.others, "step")) more" : ""
            parts.insert(
                "<code>\(script.name)</code>, \(Count(script.statements, "statement").description)\(more)", at: 0)
        }
        if !phase.checks.isEmpty { parts.append("\(Count(phase.checks.count, "check").description)") }
        if let condition = phase.condition { parts.append("only if \(condition.name.prose)") }
        if case .irreversible = phase.rollback { parts.append(#"<span class="badge bad">irreversible</span>"#) }
        return HTML(parts.enumerated().map { $0 == 0 ? $1 : ", \($1)" })
    }

    private func locks(of phase: PlannedPhase) -> HTML {
        HTML(
            outline.impacts.locks(of: phase).prefix(2).enumerated().map { index, lock in
                let kind = lock.mode.blocks == .everybody ? "everybody" : "writers"
                let line: HTML = #"<span class="\#(kind)">\#(lock.mode.name)</span> \#(lock.objects.listed(3))"#
                return index == 0 ? line : "<br>\(line)"
            })
    }
}

/// How long everything takes, and when.
struct TimeMarkup {
    private let plan: Plan
    private let facts: PlanFacts

    init(_ plan: Plan, _ facts: PlanFacts) {
        self.plan = plan
        self.facts = facts
    }

    var html: HTML {
        let told = facts.course + facts.parallel
        return "\(told.html)\(table)"
    }

    /// When each phase begins at the earliest, by the estimates of those it waits for.
    private var table: HTML {
        var ends: [String: Int] = [:]
        var rows: [(number: Int, phase: PlannedPhase, start: Int, length: Int)] = []
        for (index, phase) in plan.phases.enumerated() {
            let start = phase.needs.map { ends[$0] ?? 0 }.max() ?? 0
            let length = phase.skipped == nil ? phase.estimate?.to ?? 0 : 0
            ends[phase.id] = start + length
            if phase.skipped == nil { rows.append((index + 1, phase, start, length)) }
        }
        let whole = ends.values.max() ?? 0
        guard whole > 0 else { return HTML() }
        let latest = BudgetFacts(plan).latest
        let column: HTML = latest.isEmpty ? "" : #"<th scope="col" class="number">By the latest</th>"#
        let lines = rows.map { row -> HTML in
            """
            <tr><th scope="row"><a href="#phase-\(row.number)"><code>\(row.phase.id)</code></a></th>\
            <td class="number">\(row.start == 0 ? "at once" : "after \(row.start.duration)")</td>\
            <td class="number">\(row.phase.estimate?.words ?? "-")</td>\
            \(latest.isEmpty ? HTML() : #"<td class="number">\#(latest[row.phase.id] ?? "-")</td>"#)\
            <td class="track">\(Self.bar(row.start, row.length, of: whole))</td></tr>

            """
        }
        return """
            <div class="wide" tabindex="0" role="region" aria-label="When each phase begins"><table class="times"><thead>\
            <tr><th scope="col">Phase</th><th scope="col" class="number">Begins</th><th scope="col" class="number">Takes\
            </th>\(column)<th scope="col" class="track">As a picture</th></tr></thead><tbody>
            \(lines)</tbody></table></div>
            """
    }

    private static func bar(_ start: Int, _ length: Int, of whole: Int) -> HTML {
        guard length > 0 else { return HTML() }
        return
            #"<span class="bar" style="margin-left:\#(percent(start, whole));width:\#(percent(length, whole))"></span>"#
    }

    /// With one digit behind the point.
    private static func percent(_ part: Int, _ whole: Int) -> String {
        let thousandths = Int((Double(part) / Double(whole) * 1000).rounded())
        return "\(thousandths / 10).\(thousandths % 10)%"
    }
}

/// What waits for what: a picture, and the same as a list.
struct GraphMarkup {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var html: HTML {
        guard !plan.phases.isEmpty else { return HTML() }
        guard let drawing = GraphDrawing(plan) else {
            return #"<p class="soft">It is too large for a picture.</p>\#(list(isOpen: true))"#
        }
        return """
            <div class="wide graph" tabindex="0" role="region" aria-label="The picture">\(drawing.html)</div>
            \(list(isOpen: false))
            """
    }

    private func list(isOpen: Bool) -> HTML {
        let open: HTML = isOpen ? " open" : ""
        return """
            <details\(open)><summary>The same in words</summary><pre>\(HTML(code: WaveListing(plan).text))</pre></details>
            """
    }
}
