import CanonicalJSON

extension Plan {
    /// Holds a plan that was read against what every plan fulfils, so that nothing later has to doubt it.
    func verify(against document: JSON) throws(DamagedPlan) {
        // What is written and not read would be approved and not run.
        let isOther = digest != Digest(of: document)
        if isOther, let difference = document.withoutBudget.difference(from: json.withoutBudget, at: "") {
            throw difference
        }
        guard !phases.isEmpty else { throw DamagedPlan(path: "phases", problem: "there are none") }
        let known = Set(targets.map(\.name))
        guard known.count == targets.count else { throw DamagedPlan(path: "targets", problem: "two have one name") }
        var waves: [String: Int] = [:]
        for (index, phase) in phases.enumerated() {
            let path = "phases[\(index)]"
            guard waves[phase.id] == nil else { throw DamagedPlan(path: path + ".id", problem: "two have one name") }
            var wave = 0
            for (number, need) in phase.needs.enumerated() {
                guard let other = waves[need] else {
                    throw DamagedPlan(path: "\(path).needs[\(number)]", problem: "`\(need)` is no earlier phase")
                }
                wave = max(wave, other + 1)
            }
            guard wave == phase.wave else { throw DamagedPlan(path: path + ".wave", problem: "expected \(wave)") }
            waves[phase.id] = wave
            for target in phase.allTargets where !known.contains(target) {
                throw DamagedPlan(path: path, problem: "`\(target)` is not one of the plan's targets")
            }
        }
        // What follows from the phases is only wrong by itself where they are right.
        if isOther, let difference = document.difference(from: json, at: "") { throw difference }
    }
}

extension JSON {
    /// A plan without what follows from its phases.
    fileprivate var withoutBudget: JSON { .object((object ?? [:]).filter { $0.key != "budget" }) }

    /// The first place where this document is not what a plan would write.
    fileprivate func difference(from plan: JSON, at path: String) -> DamagedPlan? {
        switch (self, plan) {
        case (.object(let written), .object(let expected)):
            let names = Set(written.keys).union(expected.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for name in names where written[name] != expected[name] {
                let place = path.isEmpty ? name : path + "." + name
                guard let mine = written[name] else { return DamagedPlan(path: place, problem: "is missing") }
                guard let theirs = expected[name] else {
                    return DamagedPlan(path: place, problem: "no plan has this here")
                }
                return mine.difference(from: theirs, at: place)
            }
            return nil
        case (.array(let written), .array(let expected)) where written.count == expected.count:
            for (index, (mine, theirs)) in zip(written, expected).enumerated() where mine != theirs {
                return mine.difference(from: theirs, at: "\(path)[\(index)]")
            }
            return nil
        default: return self == plan ? nil : DamagedPlan(path: path, problem: "expected \(plan.canonicalText)")
        }
    }
}
