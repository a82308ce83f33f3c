import CanonicalJSON
import Diagnostics
public import Planning

/// A plan as a comment under a change that is proposed, in the Markdown of code hosts.
///
/// It never grows beyond what GitHub takes for a comment; what does not fit is named, with the way to it.
public enum PlanComment {
    /// GitHub takes 65,536 characters; counted here are bytes, which are never fewer.
    static let limit = 65_000
    /// How much of that the parts before the details may take.
    private static let changesLimit = 12_000
    private static let tableLimit = 16_000
    private static let findingsLimit = 12_000
    private static let environmentLimit = 4_000

    /// Renders the comment.
    ///
    /// - Parameters:
    ///   - plan: what it shows.
    ///   - approved: the plan that what changed is told against.
    ///   - file: where the plan is kept, as it would be typed; nil where that is not known.
    /// - Returns: the comment, every line ended.
    public static func render(_ plan: Plan, against approved: Plan? = nil, file: String? = nil) -> String {
        let file = file ?? "\(plan.name).plan"
        var head = heading(plan)
        if let approved { head += ChangesMarkdown(PlanDiff(from: approved, to: plan)).lines(limit: changesLimit) }
        head += PhasesMarkdown(plan).lines(limit: tableLimit) + findings(plan, limit: findingsLimit)
        head += graph(plan)
        let foot = approval(plan, file)
        let environment = self.environment(plan, limit: environmentLimit)
        let rest = limit - head.size - environment.size - foot.size
        let lines = head + DetailsMarkdown(plan, file: file).lines(limit: rest) + environment + foot
        return lines.map { $0 + "\n" }.joined()
    }

    /// The mark by which a program finds its own comment again, and what there is to know at a glance.
    private static func heading(_ plan: Plan) -> [String] {
        let facts = PlanFacts(plan)
        let name = plan.name.clipped(to: 200)
        let targets = plan.targets.prefix(4).map { target in
            "\(target.name.clipped(to: 60).markdownCode) (\(target.display.clipped(to: 120).markdownCode))"
        }.joined(separator: ", ")
        let more = plan.targets.count > 4 ? " and \(plan.targets.count - 4) more" : ""
        var lines = ["<!-- gonogo:\(name.inComment) -->", "### Plan `\(plan.digest.short)`: \(name.markdown)", ""]
        lines.append("**\(facts.verdict.sentence)** \(facts.size). For \(targets)\(more).")
        lines.append("")
        if let title = plan.title { lines.append("\(title.clipped(to: 300).markdown)\\") }
        let told =
            facts.identity.filter { ["Runbook", "Bound to"].contains($0.label) } + facts.course
        lines.append(told.map(line).joined(separator: "\\\n"))
        return lines + [""]
    }

    /// A fact in a line.
    private static func line(_ fact: PlanFact) -> String {
        let words = fact.lines.map { $0.replacing("    ", with: ", ") }.joined(separator: "; ")
        return "\(fact.label): \(words.clipped(to: 400).markdown)"
    }

    /// The values SQL refers to, and what applies because nothing else is written: folded away.
    private static func environment(_ plan: Plan, limit: Int) -> [String] {
        let variables = plan.variables.map { "- variable \($0.words.clipped(to: 300).markdownCode)" }
        let defaults = PlanFacts(plan).defaults.flatMap(\.lines).map { "- \($0.clipped(to: 300).markdown)" }
        return ["<details>", "<summary>What else applies</summary>", ""]
            + (variables + defaults).fitting(limit) { "- and \($0) more: `gonogo plan show FILE`" }
            + ["", "</details>", ""]
    }

    private static func findings(_ plan: Plan, limit: Int) -> [String] {
        guard !plan.review.findings.isEmpty else { return [] }
        let open = plan.review.open
        let lines = open.map { finding in
            let help = finding.help.map { " *Help:* \($0.clipped(to: 400).markdownMessage)" } ?? ""
            return "- **\(finding.severity.rawValue) \(finding.code.clipped(to: 12).markdown)** "
                + "\(finding.place.description.shortened(to: 120).markdownCode) "
                + "\(finding.message.clipped(to: 500).markdownMessage).\(help)"
        }
        var shown = lines.fitting(limit * 2 / 3) { "- and \(Count($0, "finding")) more: `gonogo plan show FILE`" }
        if let first = open.first {
            shown += ["", "`gonogo explain \(first.code.clipped(to: 12).filter(\.isLetterOrNumber))` says more.", ""]
        }
        return ["#### Findings", ""] + shown + accepted(plan.review, limit: limit / 3)
    }

    /// What somebody has looked at, with the reasons: folded away.
    private static func accepted(_ review: PlanReview, limit: Int) -> [String] {
        let lines = review.findings.filter { $0.accepted != nil }.map { finding in
            "- \(finding.code.clipped(to: 12).markdown) "
                + "\(finding.place.description.shortened(to: 120).markdownCode) "
                + "\(finding.message.clipped(to: 500).markdownMessage): *accepted*, "
                + "\(finding.accepted?.clipped(to: 300).markdown ?? "")"
        }
        guard !lines.isEmpty else { return [] }
        return ["<details>", "<summary>\(Count(lines.count, "accepted finding"))</summary>", ""]
            + lines.fitting(limit) { "- and \(Count($0, "finding")) more: `gonogo plan show FILE`" }
            + ["", "</details>", ""]
    }

    private static func graph(_ plan: Plan) -> [String] {
        let lines = PlanGraph.render(plan, .mermaid).split(separator: "\n").map(String.init)
        return plan.phases.isEmpty ? [] : ["```mermaid"] + lines + ["```", ""]
    }

    /// Which plan this is to the last digit, and what to type to say that it may run.
    private static func approval(_ plan: Plan, _ file: String) -> [String] {
        let next = PlanNext(plan, file: file)
        let words = ["Plan `\(plan.digest.hex)`."] + next.sentences.map(\.markdown)
        return [words.joined(separator: " "), ""] + next.commands.joined(separator: "\n").fenced("sh")
    }
}

extension Character {
    fileprivate var isLetterOrNumber: Bool { isASCII && (isLetter || isNumber) }
}

extension [String] {
    /// How many bytes they take as lines.
    var size: Int { reduce(0) { $0 + $1.utf8.count + 1 } }

    /// As many of the first as fit, and a line on the others.
    func fitting(_ limit: Int, rest: (Int) -> String) -> [String] {
        guard size > limit else { return self }
        var (taken, left) = (0, limit - rest(count).utf8.count - 1)
        for line in self {
            left -= line.utf8.count + 1
            guard left >= 0 else { break }
            taken += 1
        }
        return prefix(taken) + [rest(count - taken)]
    }
}

extension String {
    /// Words of ours as a sentence, with a capital letter and a full stop.
    var sentence: String { prefix(1).uppercased() + dropFirst() + "." }

    /// Within a comment of HTML, which nothing in it can end.
    fileprivate var inComment: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            // Two of them are where a comment may end.
            case UInt8(ascii: "-") where !result.hasSuffix("-") && !result.isEmpty: result += "-"
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
