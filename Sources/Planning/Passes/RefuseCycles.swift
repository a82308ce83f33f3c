import Diagnostics
import Runbooks

/// Reports cycles: for all phases that wait for each other the shortest way around, with the line of every edge.
func refuseCycles(_ draft: inout PlanDraft) {
    guard draft.order.count < draft.needs.count else { return }
    for knot in Knots(draft.needs).all {
        if let ring = draft.needs.shortestRing(within: knot) { draft.findings.report(draft.cycle(ring)) }
    }
}

/// The largest sets of nodes that all reach each other, of at least two (Kosaraju's way).
///
/// Without recursion: a chain of 10,000 phases must not exhaust the thread's stack.
private struct Knots {
    let edges: [[Int]]
    /// Each in ascending order, by their first.
    private(set) var all: [[Int]] = []

    init(_ edges: [[Int]]) {
        self.edges = edges
        var back = [[Int]](repeating: [], count: edges.count)
        for (node, others) in edges.enumerated() {
            for other in others { back[other].append(node) }
        }
        var taken = [Bool](repeating: false, count: edges.count)
        for node in finished().reversed() where !taken[node] {
            taken[node] = true
            var knot = [node]
            var next = 0
            while next < knot.count {
                for other in back[knot[next]] where !taken[other] {
                    taken[other] = true
                    knot.append(other)
                }
                next += 1
            }
            if knot.count > 1 { all.append(knot.sorted()) }
        }
        all.sort { $0[0] < $1[0] }
    }

    /// The nodes in the order in which a search in depth leaves them.
    private func finished() -> [Int] {
        var seen = [Bool](repeating: false, count: edges.count)
        var result: [Int] = []
        for start in edges.indices where !seen[start] {
            seen[start] = true
            var path = [(node: start, edge: 0)]
            while let (node, edge) = path.last {
                guard edge < edges[node].count else {
                    result.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].edge += 1
                let other = edges[node][edge]
                guard !seen[other] else { continue }
                seen[other] = true
                path.append((other, 0))
            }
        }
        return result
    }
}

extension [[Int]] {
    /// The shortest way from the first node of a knot back to it, without its repetition at the end.
    fileprivate func shortestRing(within knot: [Int]) -> [Int]? {
        guard let start = knot.first else { return nil }
        let members = Set(knot)
        var before: [Int: Int] = [:]
        var queue = [start]
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            if self[node].contains(start) {
                var ring = [node]
                while let last = ring.last, last != start, let earlier = before[last] { ring.append(earlier) }
                return ring.reversed()
            }
            for other in self[node] where members.contains(other) && before[other] == nil {
                before[other] = node
                queue.append(other)
            }
        }
        return nil
    }
}

extension PlanDraft {
    /// The finding for a cycle given as each phase followed by one it needs.
    fileprivate func cycle(_ ring: [Int]) -> Diagnostic {
        let names = ring.map { runbook.phases[$0].id.value }
        let edges = ring.indices.map { index in
            let phase = runbook.phases[ring[index]]
            let wanted = names[(index + 1) % names.count]
            guard let written = phase.needs else {
                return Diagnostic.Related("`\(phase.id.value)` waits for `\(wanted)` above it", at: phase.id.span)
            }
            let span = written.first { $0.value == wanted }?.span ?? phase.id.span
            return Diagnostic.Related("`\(phase.id.value)` needs `\(wanted)`", at: span)
        }
        return Diagnostic(
            PlanningCodes.cycle, "cycle: \((names + [names[0]]).joined(separator: " -> "))",
            at: edges.first?.span, label: edges.first?.note, related: Array(edges.dropFirst()),
            help: "remove one of these `needs`")
    }
}
