import Databases
import Planning
import Runbooks

/// What a journal must say for ledgers to agree with it, where the journal itself is lost from some line on.
///
/// Ledgers know which steps took effect and in which direction. Nobody knows any more what checks answered, who decided
/// what, and what the schema was before a phase. Nothing is guessed.
struct Recovery {
    let plan: Plan
    /// Where the run stands by the lines that are left.
    let state: RunState
    /// The hashes of the lines that markers name.
    let heads: Set<String>
    /// Whether every ledger says that the run is done, or taken back.
    private let end: Outcome?
    /// By target, step and direction.
    private let markers: [[String]: [LedgerMarker]]
    /// The phases of which a ledger knows a step, and those that must have been done: the run is, or a phase that waits
    /// for them has begun.
    private var marked: Set<String> = []
    private var complete: Set<String> = []

    /// - Parameters:
    ///   - plan: the plan of the run.
    ///   - state: where it stands by the lines that are left.
    ///   - markers: what the ledgers know, by target.
    ///   - end: how the run ended by all of them; nil where they say nothing of it.
    init(plan: Plan, state: RunState, markers: [String: [LedgerMarker]], end: Outcome?) {
        (self.plan, self.state, self.end) = (plan, state, end)
        heads = Set(markers.values.joined().map(\.head))
        self.markers = markers.reduce(into: [:]) { index, entry in
            for marker in entry.value {
                index[[entry.key, marker.ownStep, marker.direction], default: []].append(marker)
            }
        }
        // Those that wait come after what they wait for.
        for phase in plan.active.reversed() {
            if phase.steps.contains(where: { known($0, .forward) != .nothing }) { marked.insert(phase.id) }
            if end == .done { complete.insert(phase.id) }
            if isTouched(phase) { complete.formUnion(phase.needs) }
        }
    }

    /// What is known of a step.
    private enum Known {
        case applied
        case part
        case begun
        case skipped
        case nothing
    }

    /// The events that are missing, in an order in which they can have happened.
    var events: [Event] {
        var events = plan.active.flatMap(forward)
        let back = plan.active.reversed().filter { phase in
            state.phase(phase.id)?.status != .rolledBack
                && phase.rollbackSteps.contains { known($0, .back) != .nothing }
        }
        let missing = back.map(\.id).filter { !state.unwinding.contains($0) }
        if !missing.isEmpty { events.append(.unwindStarted(phases: state.unwinding + missing)) }
        events += back.flatMap(takenBack)
        if let end, state.outcome == nil { events.append(.runFinished(end)) }
        return events
    }

    /// What cannot be told any more.
    var lost: [String] {
        let concerned = plan.active.filter { isTouched($0) && state.phase($0.id)?.status != .done }
        guard !concerned.isEmpty else { return [] }
        let gates = concerned.filter { $0.gate != nil && state.gates[$0.id] == nil }.map { "the decision at \($0.id)" }
        let captures = concerned.flatMap(\.steps).compactMap { step -> String? in
            guard case .capture(let capture) = step.action, state.captures[capture.name] == nil else { return nil }
            return "capture \(capture.name)"
        }
        let uncompared = concerned.map(\.id).filter { state.phase($0)?.kept == nil }
        let schemas = uncompared.isEmpty ? [] : ["the schema before \(uncompared.joined(separator: ", "))"]
        return ["what checks answered"] + schemas + gates + captures
    }

    /// What the ledger of a step's target knows of it.
    private func known(_ step: PlannedStep, _ direction: Direction) -> Known {
        guard let rows = markers[[step.target, step.id, direction.rawValue]] else { return .nothing }
        if rows.contains(where: { $0.state == Marker.State.skipped.rawValue }) { return .skipped }
        if let script = step.script, script.transaction == .statement, !rows.contains(where: { $0.step == step.id }) {
            return rows.count == script.statements.count ? .applied : .part
        }
        return rows[0].state == Marker.State.applied.rawValue ? .applied : .begun
    }

    private func isTouched(_ phase: PlannedPhase) -> Bool { marked.contains(phase.id) || complete.contains(phase.id) }

    /// What is missing of a phase on its way forward.
    private func forward(_ phase: PlannedPhase) -> [Event] {
        let before = state.phase(phase.id)
        if let before, before.status != .running, before.status != .failed { return [] }
        let isComplete = complete.contains(phase.id)
        let last = phase.steps.lastIndex { known($0, .forward) != .nothing }
        guard isComplete || last != nil else { return [] }
        var events: [Event] = before == nil ? [.phaseStarted(phase: phase.id)] : []
        // Without it the phase would count as not begun.
        if before?.kept == nil { events.append(.catalogsKept(phase: phase.id, catalogs: [:])) }
        for (index, step) in phase.steps.enumerated() where before?.isApplied(step.id) != true {
            let isPassed = isComplete || index < last ?? -1
            guard let found = forward(step, in: phase, isPassed: isPassed) else { break }
            events += found
        }
        return events + (isComplete ? [.phaseDone(phase: phase.id, milliseconds: 0)] : [])
    }

    /// What is missing of a step; nil where nothing after it can have begun.
    private func forward(_ step: PlannedStep, in phase: PlannedPhase, isPassed: Bool) -> [Event]? {
        let mark = step.mark(phase: phase.id, .forward)
        let began = state.phase(phase.id)?.inDoubt == step.id ? [] : [Event.stepStarted(mark)]
        switch known(step, .forward) {
        case .applied: return began + [.stepApplied(mark, rows: 0, milliseconds: 0)]
        case .skipped: return [.stepPassedOver(mark, reason: "left out, as its ledger says")]
        case .begun: return began
        case .part:
            let cause = FailureCause(message: "some of its statements are applied, by its ledger", place: step.place)
            return began + [.stepFailed(mark, cause: cause, leaves: .part)]
        // What only reads leaves no marker, nor does what was passed over.
        case .nothing: return step.stepClass == .readOnly || isPassed ? [] : nil
        }
    }

    /// What is missing of a phase on its way back.
    private func takenBack(_ phase: PlannedPhase) -> [Event] {
        var events: [Event] = [.rollbackStarted(phase: phase.id)]
        var isWhole = true
        for step in phase.rollbackSteps where step.stepClass != .readOnly {
            let mark = step.mark(phase: phase.id, .back)
            guard known(step, .back) == .applied else {
                isWhole = false
                if known(step, .back) != .nothing { events.append(.stepStarted(mark)) }
                continue
            }
            events += [.stepStarted(mark), .stepApplied(mark, rows: 0, milliseconds: 0)]
        }
        if isWhole { events.append(.rolledBack(phase: phase.id, .init(compared: [], milliseconds: 0))) }
        return events
    }
}

/// A row of a ledger about a step.
struct LedgerMarker: Sendable, Equatable {
    /// The step's name, numbered where each statement has a transaction of its own.
    let step: String
    /// `do` or `undo`.
    let direction: String
    /// What `Marker.State` has.
    let state: String
    /// The hash of the journal's last line when it was written.
    let head: String

    /// The step of the plan it belongs to.
    var ownStep: String { step.lastIndex(of: "#").map { String(step[..<$0]) } ?? step }

    /// A row of `Ledger.markers`.
    init?(_ row: [DatabaseValue]) {
        guard row.count == 4 else { return nil }
        let texts = row.map { $0.text ?? "" }
        (step, direction, state, head) = (texts[0], texts[1], texts[2], texts[3])
    }
}
