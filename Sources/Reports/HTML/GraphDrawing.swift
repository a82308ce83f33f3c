import Diagnostics
import Planning
import Runbooks

/// The phases and gates of a plan as a picture, small enough to be looked at.
struct GraphDrawing {
    private let graph: PhaseGraph
    private let layout: GraphLayout

    private static let width = 216
    private static let height = 48
    private static let across = 24
    private static let down = 34
    private static let margin = 10
    private static let laneWidth = 16
    /// More than so many phases, or as many side by side, nobody takes in at a glance.
    private static let phaseLimit = 60
    private static let rowLimit = 8

    /// Nil where there is nothing to draw, or too much.
    init?(_ plan: Plan) {
        guard !plan.phases.isEmpty, plan.phases.count <= Self.phaseLimit else { return nil }
        graph = PhaseGraph(plan)
        guard graph.edges.count <= 4 * Self.phaseLimit else { return nil }
        layout = GraphLayout(graph)
        guard layout.rows.allSatisfy({ $0.count <= Self.rowLimit }) else { return nil }
    }

    /// The picture; its text twin stands elsewhere.
    var html: HTML {
        let rowWidth = (layout.rows.map(\.count).max() ?? 0) * (Self.width + Self.across) - Self.across
        let width = rowWidth + 2 * Self.margin + (layout.lanes > 0 ? layout.lanes * Self.laneWidth + 8 : 0)
        let height = layout.rows.count * (Self.height + Self.down) - Self.down + 2 * Self.margin
        let places = self.places(rowWidth)
        let right = Self.margin + rowWidth + 12
        return """
            <svg viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="group" \
            aria-labelledby="picture-title"><title id="picture-title">What waits for what, from top to bottom</title>\
            <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
            <path d="M0 0L8 4L0 8z"/></marker></defs>\
            \(layout.arrows.map { draw($0, places, right) })\(graph.nodes.indices.map { draw($0, places[$0]) })</svg>
            """
    }

    /// The upper left corner of each point.
    private func places(_ rowWidth: Int) -> [(x: Int, y: Int)] {
        var places = [(x: Int, y: Int)](repeating: (0, 0), count: graph.nodes.count)
        for (index, row) in layout.rows.enumerated() {
            let own = row.count * (Self.width + Self.across) - Self.across
            for (order, point) in row.enumerated() {
                places[point] = (
                    Self.margin + (rowWidth - own) / 2 + order * (Self.width + Self.across),
                    Self.margin + index * (Self.height + Self.down)
                )
            }
        }
        return places
    }

    private func draw(_ arrow: GraphLayout.Arrow, _ places: [(x: Int, y: Int)], _ right: Int) -> HTML {
        let middle = Self.width / 2
        let (x1, y1) = (places[arrow.from].x + middle, places[arrow.from].y + Self.height)
        let (x2, y2) = (places[arrow.to].x + middle, places[arrow.to].y - 2)
        let half = Self.down / 2
        guard let lane = arrow.lane else {
            let path: HTML = "M\(x1) \(y1)C\(x1) \(y1 + half) \(x2) \(y2 - half) \(x2) \(y2)"
            return #"<path class="edge" marker-end="url(#tip)" d="\#(path)"/>"#
        }
        // Beside everything, and in again between the rows.
        let x = right + lane * Self.laneWidth
        let (top, bottom) = (y1 + half, y2 - half)
        let path: HTML = """
            M\(x1) \(y1)C\(x1) \(top) \(x1 + half) \(top) \(x - half) \(top)Q\(x) \(top) \(x) \(top + half)V\(bottom - half)\
            Q\(x) \(bottom) \(x - half) \(bottom)L\(x2 + half) \(bottom)C\(x2) \(bottom) \(x2) \(bottom) \(x2) \(y2)
            """
        return #"<path class="edge" marker-end="url(#tip)" d="\#(path)"/>"#
    }

    private func draw(_ index: Int, _ place: (x: Int, y: Int)) -> HTML {
        let node = graph.nodes[index]
        let (x, y) = place
        let (w, h) = (Self.width, Self.height)
        let words = self.words(node)
        let box: HTML
        if case .gate = node.kind {
            box = """
                <polygon class="box" points="\(x + 16),\(y) \(x + w - 16),\(y) \(x + w),\(y + h / 2) \(x + w - 16),\(y + h) \
                \(x + 16),\(y + h) \(x),\(y + h / 2)"/>
                """
        } else {
            box = #"<rect class="box" x="\#(x)" y="\#(y)" width="\#(w)" height="\#(h)" rx="8"/>"#
        }
        return """
            <a href="#phase-\(node.number)" class="\(kind(node))">\(box)\
            <text x="\(x + w / 2)" y="\(y + 20)" text-anchor="middle">\(words.name)</text>\
            <text class="small" x="\(x + w / 2)" y="\(y + 37)" text-anchor="middle">\(words.remark)</text></a>
            """
    }

    private func kind(_ node: PhaseGraph.Node) -> String {
        if case .gate = node.kind { return "gate" }
        if node.phase.skipped != nil { return "skipped" }
        return node.isIrreversible ? "barrier" : "phase-box"
    }

    private func words(_ node: PhaseGraph.Node) -> (name: String, remark: String) {
        switch node.kind {
        case .gate(let gate):
            let who = gate.deciders.isEmpty ? "whoever runs it" : gate.deciders.listed(3)
            return ("GATE", who.clipped(to: 30))
        case .phase:
            let phase = node.phase
            var remark = phase.firstScript.map { Count($0.statements, "statement").description }
            if remark == nil { remark = phase.otherWork.first }
            let checks = phase.checks.isEmpty ? nil : Count(phase.checks.count, "check").description
            var parts = [remark, checks].compactMap { $0 }
            if node.isIrreversible { parts = ["irreversible"] }
            if phase.skipped != nil { parts = ["skipped"] }
            return (
                "\(node.number)  \(phase.id.printable.shortened(to: 24))", parts.joined(separator: ", ").clipped(to: 32)
            )
        }
    }
}
