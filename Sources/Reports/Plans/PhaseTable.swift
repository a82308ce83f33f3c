import Diagnostics
import Execution
import Planning
import Runbooks

/// The phases of a plan, a row each, with their gates, conditions and preconditions below them.
struct PhaseTable {
    private let plan: Plan
    private let outline: PlanOutline
    /// Where the third column begins.
    private let indent: String

    /// Ids wider than this do not widen the table.
    private static let idWidth = 32
    /// The columns of a usual wide terminal.
    private static let lineWidth = 100

    init(_ plan: Plan) {
        self.plan = plan
        outline = PlanOutline(plan)
        let ids = plan.phases.map { min($0.id.printable.displayWidth, Self.idWidth) }.max() ?? 0
        indent = String(repeating: " ", count: 1 + String(plan.phases.count).count + 2 + max(5, ids) + 2)
    }

    var text: String {
        let form: [Table.Alignment] = [
            .right, .capped(Self.idWidth), .left, .right, .left, .left, .right, .right, .free,
        ]
        var table = Table(form)
        let width = widthOfDoes
        table.add([
            " #", "phase", "does", "", "class", "tx", "est.", outline.latest.isEmpty ? "" : "latest", "if it fails",
        ])
        for (index, phase) in plan.phases.enumerated() {
            if let gate = phase.gate, gate.moment == .start { add(gate, of: index, to: &table) }
            table.add(row(index, width: width))
            addRemarks(phase, to: &table)
            if let gate = phase.gate, gate.moment == .end { add(gate, of: index, to: &table) }
        }
        return table.text
    }

    private func row(_ index: Int, width: Int) -> [String] {
        let phase = plan.phases[index]
        return [
            " \(index + 1)", phase.id.printable, phase.summary(width: width),
            phase.checks.isEmpty ? "" : "\(phase.checks.count)ck", phase.classes, phase.transactions,
            phase.estimate?.to.duration ?? "-", outline.latest[phase.id] ?? "", outline.ifItFails(index),
        ]
    }

    /// What is left of a line for the third column when the others have what they need.
    private var widthOfDoes: Int {
        let rows = plan.phases.indices.lazy.map { row($0, width: 0) }
        var widths = [0, 0, 0, 0, 5, 2, 4, outline.latest.isEmpty ? 0 : 6, 11]
        for row in rows {
            for index in widths.indices where index > 2 {
                widths[index] = max(widths[index], row[index].displayWidth)
            }
        }
        let gaps = 2 * widths.count { $0 > 0 }
        return min(44, max(20, Self.lineWidth - indent.count - gaps - widths.reduce(0, +)))
    }

    private func addRemarks(_ phase: PlannedPhase, to table: inout Table) {
        if let reason = phase.skipped {
            table.add(line: indent + "SKIPPED: \(reason.prose)")
            return
        }
        if let condition = phase.condition {
            let words = "only if: \(condition.line)"
            table.add(line: indent + words.clipped(to: max(40, Self.lineWidth - indent.displayWidth)))
        }
        if !phase.preconditions.isEmpty {
            let head = indent + "before it: \(Count(phase.preconditions.count, "precondition")): "
            let names = phase.preconditions.prefix(4).map(\.name.prose).joined(separator: ", ")
            table.add(line: head + names.clipped(to: max(24, Self.lineWidth - head.displayWidth)))
        }
        let width = max(40, Self.lineWidth - indent.displayWidth)
        let remarks = outline.impacts.remarks(on: phase, width: width)
        for line in remarks.prefix(4) { table.add(line: indent + line.clipped(to: width)) }
        if remarks.count > 4 { table.add(line: indent + "and \(remarks.count - 4) more such; see --details") }
        if case .irreversible(let reason) = phase.rollback {
            table.add(line: indent + "irreversible: \(reason.prose)")
        }
    }

    private func add(_ gate: PlannedGate, of index: Int, to table: inout Table) {
        let phase = plan.phases[index]
        guard phase.skipped == nil else { return }
        let margin = String(repeating: " ", count: 1 + String(plan.phases.count).count + 2)
        let word = (margin + "GATE").padded(to: indent.count)
        let moment = gate.moment == .start ? "before \(phase.id.printable): " : ""
        table.add(line: word + moment + gate.terms)
        table.add(line: indent + gate.question.prose)
        if let consequence = outline.ifNoGo(index) { table.add(line: indent + "no-go: \(consequence)") }
    }
}

extension PlannedGate {
    /// Who decides, in what time, and what silence means.
    var terms: String {
        let who = deciders.isEmpty ? "whoever runs it" : deciders.map(\.printable).joined(separator: " + ")
        return who + "; " + (timeout.map { "\($0.duration), " } ?? "") + "silence is no-go"
    }
}

extension PlannedCheck {
    /// What it proves and what it expects, in a line.
    var line: String { "\(name.prose): \(expectation.phrase.prose)" }
}

extension PlannedPhase {
    /// What its steps do, in at most so many columns.
    func summary(width: Int) -> String {
        var parts = otherWork
        if let script = firstScript {
            let count = " (\(script.statements))" + (script.others > 0 ? " +\(script.others)" : "")
            parts.insert(script.name.printable.shortened(to: max(12, width - count.count)) + count, at: 0)
        }
        return parts.isEmpty ? "checks" : parts.joined(separator: ", ").shortened(to: width)
    }

    /// The first SQL it applies: the file or, without one, the verb of its first statement, raw; how many statements it has,
    /// and how many such steps there are besides.
    var firstScript: (name: String, statements: Int, others: Int)? {
        let scripts = steps.compactMap(\.script)
        return scripts.first.map { first in
            let name = first.file?.lastComponent ?? first.statements.first?.verb ?? "SQL"
            return (name, first.statements.count, scripts.count - 1)
        }
    }

    /// What its steps do beside SQL: `1 backup`, `2 captures`.
    var otherWork: [String] {
        let captures = steps.count { if case .capture = $0.action { true } else { false } }
        let backups = steps.count { if case .backup = $0.action { true } else { false } }
        let commands = steps.count { if case .run = $0.action { true } else { false } }
        return [(backups, "backup"), (captures, "capture"), (commands, "command")].filter { $0.0 > 0 }
            .map { Count($0.0, $0.1).description }
    }

    /// The classes of its steps, each once.
    var classes: String {
        let used = Set(steps.map(\.stepClass))
        return used.isEmpty ? "-" : StepClass.allInOrder.filter(used.contains).map(\.rawValue).joined()
    }

    /// How its statements are grouped, each way once; reading and programs only where there is nothing else.
    var transactions: String {
        let used = Set(steps.map(\.grouping))
        let telling = used.subtracting([.readOnly, .program])
        let shown = telling.isEmpty ? (used.contains(.readOnly) ? [.readOnly] : used) : telling
        let signs = Grouping.allCases.filter(shown.contains).map(\.rawValue)
        return signs.isEmpty ? Grouping.program.rawValue : signs.joined(separator: "+")
    }
}

/// How the statements of a step are put into transactions, by its sign in the table.
enum Grouping: String, CaseIterable {
    case file
    case each
    case none
    case readOnly = "ro"
    case program = "-"

    /// What the sign means, where it means a transaction.
    var meaning: String? {
        switch self {
        case .file: "one for a file"
        case .each: "one for each statement"
        case .none: "none"
        case .readOnly: "read only"
        case .program: nil
        }
    }
}

extension PlannedStep {
    /// How its statements are put into transactions.
    var grouping: Grouping {
        guard stepClass != .readOnly else { return .readOnly }
        return switch script?.transaction {
        case .file?: .file
        case .statement?: .each
        case TransactionMode.none?: .none
        case nil: .program
        }
    }
}

extension String {
    /// What follows the last `/`.
    var lastComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
