import Planning

/// Where the points of a graph stand when it is drawn from top to bottom: in rows, what is waited for above.
struct GraphLayout {
    /// The points of each row, by their places in the graph, from left to right.
    private(set) var rows: [[Int]] = []
    /// The arrows, from row to row beside the points where they pass others.
    private(set) var arrows: [Arrow] = []
    /// How many lanes there are for arrows that pass others.
    private(set) var lanes = 0

    /// An arrow.
    struct Arrow {
        /// The places of its ends in the graph.
        let from: Int
        let to: Int
        /// The lane beside the points it passes by in; nil where it goes from one row to the next.
        var lane: Int?
    }

    /// No more lanes than these; arrows beyond share them.
    private static let laneLimit = 12

    init(_ graph: PhaseGraph) {
        let places = Dictionary(graph.nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let edges = graph.edges.compactMap { edge in
            places[edge.from].flatMap { from in places[edge.to].map { (from: from, to: $0) } }
        }
        var row = [Int](repeating: 0, count: graph.nodes.count)
        // What is waited for stands earlier in a plan.
        for edge in edges.sorted(by: { ($0.to, $0.from) < ($1.to, $1.from) }) {
            row[edge.to] = max(row[edge.to], row[edge.from] + 1)
        }
        rows = [[Int]](repeating: [], count: (row.max() ?? -1) + 1)
        for (place, row) in row.enumerated() { rows[row].append(place) }
        order(edges)
        arrows = edges.map { Arrow(from: $0.from, to: $0.to) }
        assignLanes(row)
    }

    /// Puts each point below those it waits for, as far as the others let it.
    private mutating func order(_ edges: [(from: Int, to: Int)]) {
        let above = Dictionary(grouping: edges, by: \.to)
        for index in rows.indices.dropFirst() {
            let places = Dictionary(
                rows[index - 1].enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            let wanted = rows[index].enumerated().map { order, point in
                let known = (above[point] ?? []).compactMap { places[$0.from] }
                // Thousandths, since two may wish for places that are close to each other.
                return (point, known.isEmpty ? 1000 * order : 1000 * known.reduce(0, +) / known.count, order)
            }
            rows[index] = wanted.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
        }
    }

    /// Arrows that pass a row get a lane of their own for as long as they need it.
    private mutating func assignLanes(_ row: [Int]) {
        var busy: [Int] = []
        let long = arrows.indices.filter { row[arrows[$0].to] - row[arrows[$0].from] > 1 }
        for index in long.sorted(by: { (row[arrows[$0].from], $0) < (row[arrows[$1].from], $1) }) {
            let (from, to) = (row[arrows[index].from], row[arrows[index].to])
            if let free = busy.firstIndex(where: { $0 <= from }) {
                busy[free] = to
                arrows[index].lane = free
            } else if busy.count < Self.laneLimit {
                busy.append(to)
                arrows[index].lane = busy.count - 1
            } else {
                arrows[index].lane = index % Self.laneLimit
            }
        }
        lanes = busy.count
    }
}
