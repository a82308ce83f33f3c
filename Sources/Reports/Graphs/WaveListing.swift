import Diagnostics
import Planning
import Runbooks

/// A plan as a list of waves: what may begin together, and what each phase waits for.
struct WaveListing {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var text: String {
        var table = Table([.left, .capped(32), .free])
        for (number, wave) in plan.waves.enumerated() {
            for (index, phase) in wave.enumerated() {
                let label = index == 0 ? "wave \(number + 1)" : ""
                let gate = phase.gate.map { gate in
                    let who = gate.deciders.isEmpty ? "whoever runs it" : gate.deciders.listed(6)
                    return ["", "", "GATE at its \(gate.moment.rawValue): \(who)"]
                }
                if let gate, phase.gate?.moment == .start { table.add(gate) }
                table.add([label, phase.id.printable, remarks(on: phase)])
                if let gate, phase.gate?.moment == .end { table.add(gate) }
            }
        }
        return table.text
    }

    private func remarks(on phase: PlannedPhase) -> String {
        var remarks = [phase.needs.isEmpty ? "at once" : "after \(phase.needs.listed(12))"]
        if let reason = phase.skipped { remarks.append("SKIPPED: \(reason.prose)") }
        if case .irreversible = phase.rollback { remarks.append("irreversible") }
        return remarks.joined(separator: "; ")
    }
}
