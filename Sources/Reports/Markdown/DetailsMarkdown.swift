import Diagnostics
import Execution
import Planning

/// Every phase of a plan in a part of the comment that unfolds: SQL, checks, and what takes it back.
struct DetailsMarkdown {
    private let outline: PlanOutline
    private let file: String

    /// Longer texts of one line are cut; the whole of them is in the plan.
    private static let width = 400
    /// How much of the room is kept for naming what was left out.
    private static let noteLimit = 900

    init(_ plan: Plan, file: String) {
        outline = PlanOutline(plan)
        self.file = file
    }

    /// The details of all phases or, where room is short, as much of the largest as is left when the others have theirs.
    func lines(limit: Int) -> [String] {
        let phases = outline.plan.phases
        let parts = phases.indices.map { phases[$0].skipped == nil ? blocks(of: $0) : [] }
        let sizes = parts.map { $0.reduce(0) { $0 + $1.size } }
        guard sizes.reduce(0, +) > limit else { return parts.flatMap { $0.flatMap(\.all) } }
        // A phase of which only its title would be left is left out; the last ones first.
        let least = parts.map { $0.reduce(0) { $0 + $1.size - $1.spare } }
        var kept = Set(parts.indices.filter { sizes[$0] > 0 })
        var needed = least.reduce(0, +)
        for index in parts.indices.sorted(by: { (least[$0], $0) > (least[$1], $1) }) where kept.contains(index) {
            if needed <= limit - Self.noteLimit { break }
            needed -= least[index]
            kept.remove(index)
        }
        let level = kept.map { sizes[$0] }.level(limit - Self.noteLimit)
        let shown = parts.indices.filter(kept.contains).flatMap { cut(parts[$0], sizes[$0], to: max(level, least[$0])) }
        let short = parts.indices.filter { kept.contains($0) && sizes[$0] > level }
        let gone = parts.indices.filter { sizes[$0] > 0 && !kept.contains($0) }
        return shown + note(short.map { phases[$0].id }, "cut short") + note(gone.map { phases[$0].id }, "left out")
    }

    /// The blocks of a phase, the largest cut so that all fit.
    private func cut(_ blocks: [CommentBlock], _ size: Int, to limit: Int) -> [String] {
        guard size > limit else { return blocks.flatMap(\.all) }
        let whole = blocks.reduce(0) { $0 + ($1.spare == 0 ? $1.size : 0) }
        let level = blocks.filter { $0.spare > 0 }.map(\.size).level(limit - whole)
        return blocks.flatMap { $0.spare == 0 ? $0.all : $0.cut(to: level) }
    }

    private func note(_ phases: [String], _ what: String) -> [String] {
        guard !phases.isEmpty else { return [] }
        let show = NextCommands.line(["plan", "show", file.clipped(to: 120), "--details"]).markdownCode
        return [
            "**For want of room** the details of \(Count(phases.count, "phase")) are \(what): "
                + "\(phases.listed(4).markdownCode). \(show) shows them.", "",
        ]
    }

    private func blocks(of index: Int) -> [CommentBlock] {
        let phase = outline.plan.phases[index]
        let title = phase.title.map { ": \($0.clipped(to: 200).entities)" } ?? ""
        let id = phase.id.shortened(to: 80).entities
        var head = ["<details>", "<summary>\(index + 1) <code>\(id)</code>\(title)</summary>", ""]
        head += [outline.course(of: index).joined(separator: ", ").clipped(to: Self.width).markdown, ""]
        if let description = phase.description { head += [description.clipped(to: Self.width).markdown, ""] }
        let before =
            (phase.condition.map { [check($0, "only if")] } ?? []) + phase.preconditions.map { check($0, "before it") }
        var blocks = [CommentBlock(whole: head), CommentBlock(list: before, of: "precondition")]
        blocks += phase.steps.flatMap { self.blocks(of: $0, "Step") }
        if !phase.checks.isEmpty { blocks.append(CommentBlock(whole: ["**Checks**", ""])) }
        blocks.append(CommentBlock(list: phase.checks.map { check($0, nil) }, of: "check"))
        return blocks + rollback(of: phase) + [CommentBlock(whole: ["</details>", ""])]
    }

    private func rollback(of phase: PlannedPhase) -> [CommentBlock] {
        switch phase.rollback {
        case .nothing(let reason):
            return [CommentBlock(whole: ["**Rollback:** none (\(reason.clipped(to: Self.width).markdown))", ""])]
        case .irreversible(let reason):
            let words = "**Rollback:** irreversible (\(reason.clipped(to: Self.width).markdown))"
            return [CommentBlock(whole: [words, ""])]
        case .steps(let steps, let checks, let estimate, _):
            let words = "**Rollback**" + (estimate.map { ", \($0.words)" } ?? "")
            return [CommentBlock(whole: [words, ""])] + steps.flatMap { blocks(of: $0, "Rollback step") }
                + [CommentBlock(list: checks.map { check($0, nil) }, of: "check")]
        }
    }

    private func blocks(of step: PlannedStep, _ word: String) -> [CommentBlock] {
        let facts = step.facts.joined(separator: ", ").clipped(to: Self.width).markdown
        var head = ["**\(word)** \(step.id.clipped(to: 200).markdownCode) (\(facts))"]
        if let probe = step.doneWhen { head.append("passed over when \(probe.line.clipped(to: 200).markdown)") }
        switch step.action {
        case .apply(let script):
            if let file = script.file { head += ["", file.clipped(to: 300).markdownCode + ":"] }
            let impacts = script.statements.indices.compactMap { impact(of: step, script, at: $0) }
            return [
                CommentBlock(whole: head + [""]), CommentBlock(code: script.text, "sql"),
                CommentBlock(list: impacts, of: "statement"),
            ]
        case .run(let command): return [CommentBlock(whole: head + [""]), CommentBlock(code: command.line, "sh")]
        case .backup(let path):
            return [CommentBlock(whole: head + ["", "Backup to \(path.clipped(to: 300).markdownCode).", ""])]
        case .capture(let capture):
            let name = capture.name.clipped(to: 200).markdownCode
            head += ["", "Keeps \(name)\(capture.fingerprint ? ", its digest only" : ""):", ""]
            return [CommentBlock(whole: head), CommentBlock(code: capture.query.statement.text, "sql")]
        }
    }

    private func impact(of step: PlannedStep, _ script: PlannedScript, at index: Int) -> String? {
        guard let facts = outline.impacts.of(step, at: index)?.facts, !facts.isEmpty else { return nil }
        let words = facts.map { "*\($0.word)* \($0.text.clipped(to: Self.width).markdown)" }
        return "- line \(script.statements[index].line): \(words.joined(separator: "; "))"
    }

    private func check(_ check: PlannedCheck, _ word: String?) -> String {
        let facts = check.facts.joined(separator: ", ").clipped(to: Self.width).markdown
        let question = check.question.clipped(to: Self.width).markdownCode
        return "- \(word.map { "*\($0)* " } ?? "")\(check.name.clipped(to: 300).markdown)"
            + (facts.isEmpty ? "" : " (\(facts))") + ": \(question) expects "
            + check.expectation.phrase.clipped(to: Self.width).markdownCode
    }
}
