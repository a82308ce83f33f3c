import CanonicalJSON
import Diagnostics
import Planning

/// A plan as a Graphviz graph.
struct DotGraph {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var text: String {
        let graph = PhaseGraph(plan)
        var text = "digraph plan {\n  rankdir=LR;\n  label=\(title.quoted);\n  node [shape=box];\n"
        for node in graph.nodes { text += "  \(node.name) [\(attributes(node))];\n" }
        for edge in graph.edges { text += "  \(edge.from) -> \(edge.to);\n" }
        return text + "}\n"
    }

    private var title: String { "\(plan.name.printable) \(plan.digest.short)" }

    private func attributes(_ node: PhaseGraph.Node) -> String {
        switch node.kind {
        case .gate(let gate):
            let who = gate.deciders.isEmpty ? "" : ": \(gate.deciders.listed(6))"
            return
                "shape=diamond, label=\("GATE\(who)".quoted), tooltip=\(gate.question.prose.clipped(to: 200).quoted)"
        case .phase:
            let label = "\(node.number) \(node.phase.id.printable.shortened(to: 60))"
            if node.phase.skipped != nil { return "label=\("\(label) (skipped)".quoted), style=dashed" }
            return node.isIrreversible
                ? "label=\("\(label) (irreversible)".quoted), penwidth=3" : "label=\(label.quoted)"
        }
    }
}

extension String {
    /// A quoted string of Graphviz, in which a backslash would begin an escape of its own.
    fileprivate var quoted: String {
        var result = "\""
        for scalar in unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
