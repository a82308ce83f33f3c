import CanonicalJSON
import Diagnostics
import Planning

/// A plan as a Mermaid flow chart, small enough for those who draw it unasked.
struct MermaidGraph {
    private let plan: Plan

    /// More phases than this are drawn in groups.
    private static let phaseLimit = 40
    /// Longer texts are drawn in groups: GitLab draws 2,000 characters of a page unasked.
    private static let lengthLimit = 1900

    init(_ plan: Plan) { self.plan = plan }

    var text: String {
        if plan.phases.count <= Self.phaseLimit {
            let whole = full
            if whole.count <= Self.lengthLimit { return whole }
        }
        for count in [20, 10, 5, 2] {
            let grouped = collapsed(into: count)
            if grouped.count <= Self.lengthLimit { return grouped }
        }
        return collapsed(into: 1)
    }

    private var head: String { "flowchart LR\n  %% plan \(plan.digest.short)\n" }

    private var full: String {
        let graph = PhaseGraph(plan)
        var text = head
        for node in graph.nodes { text += "  \(draw(node))\n" }
        for edge in graph.edges { text += "  \(edge.from) --> \(edge.to)\n" }
        let skipped = graph.nodes.filter { $0.phase.skipped != nil }.map(\.name)
        let irreversible = graph.nodes.filter { $0.isIrreversible && $0.phase.skipped == nil }.map(\.name)
        if !skipped.isEmpty {
            text +=
                "  classDef skipped stroke-dasharray:4\n  class \(skipped.joined(separator: ",")) skipped\n"
        }
        if !irreversible.isEmpty {
            text += "  classDef irreversible stroke-width:3px\n"
            text += "  class \(irreversible.joined(separator: ",")) irreversible\n"
        }
        return text
    }

    private func draw(_ node: PhaseGraph.Node) -> String {
        switch node.kind {
        case .gate(let gate):
            let who = gate.deciders.isEmpty ? "" : ": \(gate.deciders.listed(3))"
            return "\(node.name){\"GATE\(who.mermaid)\"}"
        case .phase:
            let remark =
                node.phase.skipped != nil ? " (skipped)" : node.isIrreversible ? " (irreversible)" : ""
            return
                "\(node.name)[\"\(node.number) \(node.phase.id.printable.shortened(to: 40).mermaid)\(remark)\"]"
        }
    }

    /// One box for several waves.
    private func collapsed(into limit: Int) -> String {
        let waves = plan.waves
        let groups = min(limit, waves.count)
        var text = head
        text += "  %% collapsed: \(Count(plan.phases.count, "phase")) in \(Count(groups, "group")) of waves; "
        text += "the dot and text forms show every phase\n"
        for number in 0..<groups {
            let from = number * waves.count / groups
            let to = (number + 1) * waves.count / groups
            let group = waves[from..<to]
            let ends = [group.first?.first, group.last?.last].compactMap {
                $0?.id.printable.shortened(to: 20)
            }
            let span = ends.first == ends.last ? ends.prefix(1) : ends[...]
            let gates = group.reduce(0) { sum, wave in sum + wave.count { $0.gate != nil } }
            let count = group.reduce(0) { $0 + $1.count }
            var label = "\(Count(count, "phase")): \(span.joined(separator: " .. "))".mermaid
            if gates > 0 { label += ", \(Count(gates, "gate"))" }
            text += "  w\(number + 1)[\"\(label)\"]\n"
        }
        for number in 1..<max(1, groups) { text += "  w\(number) --> w\(number + 1)\n" }
        return text
    }
}

extension PhaseGraph.Node {
    /// Whether it is a phase that nothing takes back.
    var isIrreversible: Bool {
        guard case .phase = kind, case .irreversible = phase.rollback else { return false }
        return true
    }
}

extension String {
    /// With everything but letters, digits and a few marks as numbered entities, which mean nothing to Mermaid.
    fileprivate var mermaid: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", "_", "-", ".", "/", ":", ",", "+":
                result.unicodeScalars.append(scalar)
            default:
                if scalar.isASCII {
                    result += "#\(scalar.value);"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
