public import Planning
import Runbooks

/// The dependencies of a plan as a graph, in a notation that others draw.
public enum PlanGraph {
    /// The notations.
    public enum Format: String, Sendable, CaseIterable {
        /// Mermaid, as code hosts draw it in a comment.
        case mermaid
        /// Graphviz.
        case dot
        /// Waves of phases for a terminal.
        case text
    }

    /// The graph; every line ended.
    public static func render(_ plan: Plan, _ format: Format) -> String {
        switch format {
        case .mermaid: MermaidGraph(plan).text
        case .dot: DotGraph(plan).text
        case .text: WaveListing(plan).text
        }
    }
}

/// Phases and gates as points with arrows between them.
struct PhaseGraph {
    /// The points, in the order of the plan.
    private(set) var nodes: [Node] = []
    /// The arrows, by the names of the points.
    private(set) var edges: [(from: String, to: String)] = []

    /// A phase or a gate.
    struct Node {
        /// `p1`, `g1`: never text from outside.
        let name: String
        /// What it is.
        let kind: Kind
        /// The phase it is or belongs to.
        let phase: PlannedPhase
        /// The number of the phase.
        let number: Int
    }

    /// What a point is.
    enum Kind {
        /// A phase.
        case phase
        /// The gate of a phase.
        case gate(PlannedGate)
    }

    init(_ plan: Plan) {
        /// Where arrows from a phase begin.
        var exits: [String: String] = [:]
        for (index, phase) in plan.phases.enumerated() {
            let number = index + 1
            let own = Node(name: "p\(number)", kind: .phase, phase: phase, number: number)
            var entry = own.name
            var exit = own.name
            let gate = phase.gate.map {
                Node(name: "g\(number)", kind: .gate($0), phase: phase, number: number)
            }
            if let gate, phase.gate?.moment == .start {
                nodes += [gate, own]
                entry = gate.name
            } else if let gate {
                nodes += [own, gate]
                exit = gate.name
            } else {
                nodes.append(own)
            }
            for need in phase.needs { if let from = exits[need] { edges.append((from, entry)) } }
            if entry != exit { edges.append((entry, exit)) }
            exits[phase.id] = exit
        }
    }
}
