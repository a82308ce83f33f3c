/// Orders the phases: what is needed first, ties by place in the file; and counts how deep each lies.
///
/// Phases of a cycle, and those that wait for one, are left out.
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
