import Databases
import Diagnostics
import Statements

/// What one rollback does not set right, as far as the statements tell.
struct RollbackComparison {
    let reviewed: ReviewedPhase
    private(set) var findings: [PlannedFinding] = []
    /// The step after which the phase is taken to have stopped; nil when it is done.
    var stoppedAfter: String?
    let statements: [Int: ReviewedStatement]
    let index: RollbackIndex
    private let firstBack: Int
    private let firstForward: Int
    private var said: Set<String> = []

    init(_ reviewed: ReviewedPhase) {
        self.reviewed = reviewed
        index = RollbackIndex(reviewed)
        let all = reviewed.statements + reviewed.rollback
        statements = Dictionary(all.map { ($0.number, $0) }) { $1 }
        firstForward = reviewed.statements.first?.number ?? .max
        firstBack = reviewed.rollback.first?.number ?? .max
    }

    func isForward(_ number: Int?) -> Bool { number.map { $0 >= firstForward && $0 < firstBack } ?? false }
    func isBack(_ number: Int?) -> Bool { number.map { $0 >= firstBack } ?? false }

    mutating func report(
        _ code: ReviewCode, _ message: String, help: String, at statement: ReviewedStatement?,
        losing loss: PlannedLoss? = nil
    ) {
        guard said.insert("\(code.id) \(message)").inserted else { return }
        let words = stoppedAfter.map { ", where the phase stops after \($0)" } ?? ""
        var finding = PlannedFinding(
            code, message + words, help: help, at: statement?.place ?? reviewed.phase.place, phase: reviewed.phase.id,
            step: statement?.step.id)
        finding.loss = loss
        findings.append(finding)
    }

    // MARK: Statement by statement

    /// Looks at a statement of the rollback, given what is there before it.
    mutating func look(at statement: ReviewedStatement, before ledger: ObjectLedger) {
        uses(statement, ledger)
        var going = Set(statement.effects.changes.filter { $0.action == .drops }.map { ledger.key(of: $0.object) })
        for change in statement.effects.changes where !change.isConditional {
            let key = ledger.key(of: change.object)
            switch change.action {
            case .drops:
                race(change, statement)
                lose(change, key, statement, ledger)
                order(change, key, statement, ledger, &going)
                gone(change, key, statement, ledger)
            case .deletes, .truncates: empty(change, key, statement, ledger)
            case .creates where !change.isTolerant && ledger.presence(of: key) == .yes && !going.contains(key):
                // What is made with its relation is told with that.
                if let relation = key.relationKey,
                    statement.effects.changes.contains(where: {
                        $0.action == .creates && ObjectKey($0.object) == relation
                    })
                {
                    break
                }
                report(
                    ReviewCodes.alreadyThere, "the rollback creates \(change.object), which is still there",
                    help: "drop it before, or leave it", at: statement)
            default: break
            }
        }
    }

    /// What cannot go because something still stands on it.
    private mutating func order(
        _ change: Change, _ key: ObjectKey, _ statement: ReviewedStatement, _ ledger: ObjectLedger,
        _ going: inout Set<ObjectKey>
    ) {
        guard !change.cascades, statement.engine == .postgres else { return }
        let left = ledger.dependents(of: key).filter { !going.contains($0) }
        guard let first = left.first, let dependent = ledger[first]?.object else { return }
        let others = left.count > 1 ? " and \(left.count - 1) more" : ""
        report(
            ReviewCodes.order,
            "the rollback drops \(change.object) while \(dependent)\(others) still \(left.count > 1 ? "stand" : "stands") on it",
            help: "drop \(dependent) first", at: statement)
    }

    /// What a statement works on is not there any more.
    private mutating func uses(_ statement: ReviewedStatement, _ ledger: ObjectLedger) {
        guard stoppedAfter == nil else { return }
        for change in statement.effects.changes where change.action != .drops || change.object.relation != nil {
            guard !change.isTolerant, let table = change.object.relationName,
                change.action != .creates || change.object.relation != nil
            else { continue }
            let key = ObjectKey(SchemaObject(.table, schema: table.schema, name: table.name))
            let made = statement.effects.changes.contains { $0.action == .creates && ObjectKey($0.object) == key }
            if let entry = ledger[key], entry.presence == .no, !made {
                return reportGone(entry.object, statement)
            }
            let missing = statement.effects.columns.sorted().lazy.compactMap { name in
                ledger[ObjectKey(SchemaObject(.column, schema: table.schema, relation: table.name, name: name))]
            }.first { $0.presence == .no }
            if change.action == .reads, let missing { return reportGone(missing.object, statement) }
        }
        for change in statement.effects.changes where change.action == .creates {
            guard case .constraint(let definition) = change.detail, let table = definition.references else { continue }
            let key = index.keysMadeBack[table]?.first { made in
                made.statement > statement.number && made.columns == definition.referencedColumns
            }?.change
            guard let key else { continue }
            report(
                ReviewCodes.order, "the rollback creates \(change.object) before \(key.object), which it refers to",
                help: "create \(key.object) first", at: statement)
        }
    }

    private mutating func reportGone(_ object: SchemaObject, _ statement: ReviewedStatement) {
        report(
            ReviewCodes.notThere, "the rollback works on \(object), which it has dropped before",
            help: "move the statement before the drop", at: statement)
    }

    /// What cannot go because it is not there.
    private mutating func gone(
        _ change: Change, _ key: ObjectKey, _ statement: ReviewedStatement, _ ledger: ObjectLedger
    ) {
        guard !change.isTolerant, stoppedAfter == nil, ledger.presence(of: key) == .no else { return }
        report(
            ReviewCodes.notThere, "the rollback drops \(change.object), which is not there any more",
            help: "leave the statement out, or write IF EXISTS where the phase may have stopped before", at: statement)
    }

    /// A look at rows says nothing about those that come between it and the drop, unless nobody can write meanwhile.
    private mutating func race(_ change: Change, _ statement: ReviewedStatement) {
        guard statement.engine == .postgres, [.table, .column].contains(change.object.kind), stoppedAfter == nil,
            let table = change.object.relationName
        else { return }
        guard let look = index.looks[table]?.first, look.number < statement.number else { return }
        guard index.holds[table].map({ $0 >= look.number }) ?? true else { return }
        report(
            ReviewCodes.race,
            "the rollback looks at \(table) before it drops \(change.object), and rows may be written in between",
            help: "begin with LOCK TABLE \(table)", at: look)
    }

    // MARK: What is left in the end

    /// Compares what was before the phase with what is after its rollback.
    mutating func compare(_ ledger: ObjectLedger, in target: String) {
        for key in ledger.entries.changed.sorted() {
            guard let now = ledger[key] else { continue }
            let earlier = ledger.entries.settled(key)
            let before = earlier.map { ledger.settledPresence(of: key, $0) } ?? now.initially
            compare(key, now, was: before, is: ledger.presence(of: key) ?? .no, earlier: earlier, ledger)
        }
        compareUnseen(in: target)
    }

    private mutating func compare(
        _ key: ObjectKey, _ now: ObjectLedger.Entry, was before: ObjectLedger.Presence,
        is after: ObjectLedger.Presence, earlier: ObjectLedger.Entry?, _ ledger: ObjectLedger
    ) {
        let maker = now.maker.flatMap { statements[$0] }
        switch (before, after) {
        case (.no, .yes), (.no, .maybe):
            // What is left with its relation is told with that.
            if let relation = key.relationKey, isLeft(relation, ledger) { return }
            guard now.object.isKept(detail: now.detail, in: statements[now.maker ?? 0]) else { return }
            reportLeft(key, now, maker, isBack: isBack(now.maker))
        case (.maybe, .yes) where isForward(now.maker):
            guard now.object.isKept(detail: now.detail, in: statements[now.maker ?? 0]) else { return }
            reportLeft(key, now, maker, isBack: isBack(now.maker))
        case (.maybe, .maybe) where isForward(now.maker): reportLeft(key, now, maker, isBack: false)
        case (.yes, .no): reportMissing(key, now, ledger)
        case (.maybe, .no): reportMaybeMissing(key, now)
        case (.yes, .yes) where isForward(now.maker) && earlier?.maker != now.maker:
            report(
                ReviewCodes.notRestored,
                "the rollback leaves \(now.object) as `\(reviewed.phase.id)` makes it anew",
                help: "make it again as it was before", at: maker)
        default: if after != .no { compareProperties(key, now, earlier) }
        }
        if after == .yes { compareRows(key, now, was: before, earlier) }
    }

    /// Whether something that was not there before is there after the rollback.
    private func isLeft(_ key: ObjectKey, _ ledger: ObjectLedger) -> Bool {
        guard let entry = ledger[key], entry.presence != .no else { return false }
        return (ledger.entries.settled(key)?.presence ?? entry.initially) == .no
    }

    private mutating func reportLeft(
        _ key: ObjectKey, _ entry: ObjectLedger.Entry, _ maker: ReviewedStatement?, isBack: Bool
    ) {
        if entry.object.kind == .enumValue {
            return report(
                ReviewCodes.noInverse,
                "\(entry.object) cannot be taken out again: no statement drops a value of an enum",
                help: "say `rollback: { irreversible: ... }`, or add the value in a phase of its own", at: maker)
        }
        if let maker, maker.effects.changes.contains(where: { $0.action == .replaces && ObjectKey($0.object) == key }) {
            return report(
                ReviewCodes.notRestored, "the rollback leaves \(entry.object) as `\(reviewed.phase.id)` writes it",
                help: "write it again as it was, or drop it where it was not there", at: maker)
        }
        let who = isBack ? "makes" : "leaves"
        let origin = isBack ? "" : ", which `\(reviewed.phase.id)` makes"
        report(
            ReviewCodes.left, "the rollback \(who) \(entry.object)\(isBack ? " and leaves it" : origin)",
            help: "drop it in the rollback", at: maker)
    }

    private mutating func reportMissing(_ key: ObjectKey, _ entry: ObjectLedger.Entry, _ ledger: ObjectLedger) {
        let dropper = entry.dropper.flatMap { statements[$0] }
        if isBack(entry.dropper), isForwardTouched(key) {
            return report(
                ReviewCodes.notRestored,
                "the rollback does not bring back \(entry.object), which was there before `\(reviewed.phase.id)` made it anew",
                help: "make it again in the rollback as it was", at: dropper)
        }
        if isBack(entry.dropper) {
            return report(
                ReviewCodes.tooMuch,
                "the rollback drops \(entry.object), which `\(reviewed.phase.id)` does not make",
                help: "leave it, or say why it goes", at: dropper)
        }
        // What goes with its relation is told with that.
        if let relation = key.relationKey, ledger[relation]?.presence == .no, entry.dropper == ledger[relation]?.dropper
        {
            return
        }
        report(
            ReviewCodes.notRestored,
            "the rollback does not bring back \(entry.object), which `\(reviewed.phase.id)` drops",
            help: "make it again in the rollback, or say `rollback: { irreversible: ... }`", at: dropper)
    }

    func isForwardTouched(_ key: ObjectKey) -> Bool { index.makers[key] != nil }

    private mutating func reportMaybeMissing(_ key: ObjectKey, _ entry: ObjectLedger.Entry) {
        let dropper = entry.dropper.flatMap { statements[$0] }
        guard isBack(entry.dropper) else {
            guard isForward(entry.dropper) else { return }
            return report(
                ReviewCodes.notRestored,
                "the rollback does not bring back \(entry.object), which `\(reviewed.phase.id)` drops if it is there",
                help: "make it again in the rollback, or say `rollback: { irreversible: ... }`", at: dropper)
        }
        let making = index.makers[key]
        if index.tolerantlyMade.contains(key) {
            return report(
                ReviewCodes.mayHaveBeen,
                "the rollback drops \(entry.object), which may have been there before: `\(reviewed.phase.id)` makes it only if it is not",
                help: "make it without IF NOT EXISTS, so that the phase fails where it is there", at: dropper)
        }
        if let making, [.index, .trigger, .policy, .rule].contains(key.kind), goesWithRelation(key, dropper) {
            // Made right after its relation was made anew: most likely it was there before.
            return report(
                ReviewCodes.notRestored,
                "the rollback drops the relation of \(entry.object) and does not make it again",
                help: "make it again in the rollback", at: making)
        }
        if making == nil, stoppedAfter == nil, !goesWithRelation(key, dropper) {
            report(
                ReviewCodes.tooMuch,
                "the rollback drops \(entry.object), which `\(reviewed.phase.id)` does not make",
                help: "leave it, or say why it goes", at: dropper)
        }
    }

    /// Whether a statement drops not the object but what it is a part of.
    private func goesWithRelation(_ key: ObjectKey, _ dropper: ReviewedStatement?) -> Bool {
        !(dropper?.effects.changes.contains { $0.action == .drops && ObjectKey($0.object) == key } ?? false)
    }

    private mutating func compareProperties(
        _ key: ObjectKey, _ now: ObjectLedger.Entry, _ earlier: ObjectLedger.Entry?
    ) {
        for (property, statement) in now.properties.sorted(by: { $0.key < $1.key })
        where isForward(statement) && !Self.unimportant.contains(property) && !isInverse(property, of: now) {
            report(
                ReviewCodes.property,
                "the rollback does not set back the \(property) of \(now.object), which `\(reviewed.phase.id)` changes",
                help: "set it back in the rollback", at: statements[statement])
        }
    }

    /// Some properties are taken back by the word that is their opposite.
    private func isInverse(_ property: String, of entry: ObjectLedger.Entry) -> Bool {
        isForward(entry.maker) && entry.presence == .yes && !isBack(entry.maker)
    }

    /// What does not have to be set back: it says nothing about the schema.
    private static let unimportant: Set<String> = ["statistics target", "validation"]
}

extension SchemaObject {
    /// Whether it stays when its session ends.
    fileprivate func isKept(detail: Change.Detail, in statement: ReviewedStatement?) -> Bool {
        if case .table(let definition) = detail, definition.isTemporary, statement?.engine == .postgres { return false }
        return kind != .session && kind != .setting
    }
}

extension ObjectLedger {
    /// Whether an object was there before all tries.
    func settledPresence(of key: ObjectKey, _ entry: Entry) -> Presence {
        if let relation = key.relationKey, entries.settled(relation)?.presence == .no { return .no }
        return entry.presence
    }
}
