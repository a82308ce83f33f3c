import Diagnostics
import Runbooks

/// Reports each cycle once, from its first phase in the file, with the line of every edge.
func refuseCycles(_ draft: inout PlanDraft) {
    /// 0 not seen, 1 on the way, 2 done.
    var state = [UInt8](repeating: 0, count: draft.needs.count)
    for start in draft.needs.indices where state[start] == 0 {
        // An explicit stack: a chain of 10,000 phases must not exhaust the thread's.
        var path = [start]
        var next = [0]
        state[start] = 1
        while let phase = path.last, let edge = next.last {
            guard edge < draft.needs[phase].count else {
                state[phase] = 2
                path.removeLast()
                next.removeLast()
                continue
            }
            next[next.count - 1] += 1
            let other = draft.needs[phase][edge]
            if state[other] == 1, let from = path.firstIndex(of: other) {
                draft.findings.report(draft.cycle(Array(path[from...])))
            } else if state[other] == 0 {
                state[other] = 1
                path.append(other)
                next.append(0)
            }
        }
    }
}

/// Orders the phases: what is needed first, ties by place in the file; and counts how deep each lies.
///
/// Phases of a cycle are left out; the cycle has been reported.
func orderPhases(_ draft: inout PlanDraft) {
    let count = draft.needs.count
    var waiting = draft.needs.map(\.count)
    var dependents = [[Int]](repeating: [], count: count)
    for (phase, needs) in draft.needs.enumerated() {
        for other in needs { dependents[other].append(phase) }
    }
    var ready = MinimumHeap(waiting.indices.filter { waiting[$0] == 0 })
    while let phase = ready.popMinimum() {
        draft.order.append(phase)
        for dependent in dependents[phase] {
            draft.waves[dependent] = max(draft.waves[dependent], draft.waves[phase] + 1)
            waiting[dependent] -= 1
            if waiting[dependent] == 0 { ready.insert(dependent) }
        }
    }
}

extension PlanDraft {
    /// The finding for a cycle given as each phase followed by one it needs.
    fileprivate func cycle(_ members: [Int]) -> Diagnostic {
        let lowest = members.indices.min { members[$0] < members[$1] } ?? 0
        let ring = Array(members[lowest...] + members[..<lowest])
        let names = ring.map { runbook.phases[$0].id.value }
        let edges = ring.indices.map { index in
            let phase = runbook.phases[ring[index]]
            let wanted = names[(index + 1) % names.count]
            let span = phase.needs?.first { $0.value == wanted }?.span ?? phase.id.span
            return Diagnostic.Related("`\(phase.id.value)` needs `\(wanted)`", at: span)
        }
        return Diagnostic(
            PlanningCodes.cycle, "cycle: \((names + [names[0]]).joined(separator: " -> "))",
            at: edges.first?.span, label: edges.first?.note, related: Array(edges.dropFirst()),
            help: "remove one of these `needs`")
    }
}

/// The smallest of many numbers, again and again.
private struct MinimumHeap {
    private var items: [Int]

    /// Takes numbers in ascending order, which are a heap as they are.
    init(_ ascending: [Int]) { items = ascending }

    mutating func insert(_ item: Int) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popMinimum() -> Int? {
        guard let minimum = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return minimum }
        items[0] = last
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < items.count }
            guard let smallest = children.min(by: { items[$0] < items[$1] }), items[smallest] < items[parent] else {
                return minimum
            }
            items.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
