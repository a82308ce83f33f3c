import CanonicalJSON
import Diagnostics

/// Walks two plans as JSON side by side, so that what plans will hold later is compared as well.
struct PlanComparison {
    private(set) var changes: [PlanChange] = []
    private var phase: String?

    /// Members that follow from others, or say where something stands.
    private static let derived: Set<String> = ["at", "line", "sha256", "wave", "class", "plan", "budget"]
    /// Lists whose items have names, by the members that name them, with what an item is called.
    private static let named: [String: (keys: [String], noun: String)] = [
        "targets": (["name"], "target"), "vars": (["name"], "variable"), "phases": (["id"], "phase"),
        "steps": (["id"], "step"), "checks": (["id"], "check"), "preconditions": (["id"], "precondition"),
        "settings": (["name"], "setting"), "objects": (["kind", "name"], "object"), "env": (["name"], "variable"),
        "roles": (["name"], "role"), "starts": (["phase"], "budget"),
    ]

    /// Compares two plans, apart from some members.
    mutating func compare(_ plan: JSON, _ other: JSON, leavingOut left: Set<String> = []) {
        let (was, now) = (plan.object ?? [:], other.object ?? [:])
        let compared = { (member: (key: String, value: JSON)) in !left.contains(member.key) && member.key != "review" }
        members(was.filter(compared), now.filter(compared), of: "")
        guard !left.contains("review") else { return }
        findings(plan["review"]?["findings"]?.array ?? [], other["review"]?["findings"]?.array ?? [])
        impacts(plan, other)
    }

    /// What the same statements do, lock and destroy on another schema: where a statement itself differs, that is told.
    private mutating func impacts(_ plan: JSON, _ other: JSON) {
        let (was, now) = (Self.impacts(of: plan), Self.impacts(of: other))
        let (old, new) = (Self.steps(of: plan), Self.steps(of: other))
        for (step, impacts) in now.sorted(by: { $0.key < $1.key }) {
            guard old[step] != nil, old[step] == new[step], let before = was[step], before != impacts else { continue }
            let changed = impacts.filter { !before.contains($0) }.compactMap { $0["statement"]?.integer }
            for place in changed {
                let find = { (list: [JSON]) in list.first { $0["statement"]?.integer == place } }
                report(
                    .changed, "what statement \(place + 1) of step \(step) comes to", find(before).map(Self.comesTo),
                    find(impacts).map(Self.comesTo))
            }
        }
    }

    private static func impacts(of plan: JSON) -> [String: [JSON]] {
        Dictionary(grouping: plan["review"]?["statements"]?.array ?? []) { $0["step"]?.string ?? "" }
    }

    private static func steps(of plan: JSON) -> [String: JSON] {
        let phases = plan["phases"]?.array ?? []
        let steps = phases.flatMap { ($0["steps"]?.array ?? []) + ($0["rollback"]?["steps"]?.array ?? []) }
        return Dictionary(steps.map { ($0["id"]?.string ?? "", $0) }) { first, _ in first }
    }

    /// Without what only says which statement it is.
    private static func comesTo(_ impact: JSON) -> JSON {
        .string(JSON.object((impact.object ?? [:]).filter { !["step", "statement"].contains($0.key) }).canonicalText)
    }

    /// What was found in the one and not in the other, by its words: lines may have moved.
    private mutating func findings(_ was: [JSON], _ now: [JSON]) {
        let words = { (item: JSON) in "\(item["code"]?.string ?? "")  \(item["message"]?.string ?? "")" }
        let (old, new) = (was.map(words), now.map(words))
        for text in old where !new.contains(text) { report(.removed, "finding", .string(text), nil) }
        for text in new where !old.contains(text) { report(.added, "finding", nil, .string(text)) }
    }

    private mutating func members(_ was: [String: JSON], _ now: [String: JSON], of owner: String) {
        let count = changes.count
        let names = Set(was.keys).union(now.keys).subtracting(Self.derived).subtracting(["text"])
        // What belongs to the whole plan comes before its phases.
        for name in names.sorted(by: { ($0 == "phases" ? 1 : 0, $0) < ($1 == "phases" ? 1 : 0, $1) }) {
            member(name, was[name], now[name], of: owner)
        }
        // Comments and blanks between statements are a part of a file, and of no statement.
        if changes.count == count, let was = was["text"]?.string, let now = now["text"]?.string, was != now {
            lines(was, now, of: owner)
        }
    }

    private mutating func member(_ name: String, _ was: JSON?, _ now: JSON?, of owner: String) {
        guard was != now else { return }
        if let form = Self.named[name], was?.array ?? now?.array != nil {
            items(was?.array ?? [], now?.array ?? [], form, of: owner)
        } else if name == "statements" {
            statements(was?.array ?? [], now?.array ?? [], of: owner)
        } else if name == "statement", let was, let now, was["text"] != now["text"] {
            // What else a statement says of itself follows from its text.
            report(.changed, "query of \(owner)", was["text"], now["text"])
        } else if !name.hasSuffix("_ms"), let was = was?.object, let now = now?.object {
            members(was, now, of: Self.words(name, of: owner))
        } else if name == "bound" {
            report(was == nil ? .added : .removed, "binding of \(owner)", nil, nil)
        } else {
            let shown = { (value: JSON?) in name.hasSuffix("_ms") ? value.flatMap(Self.time) : value }
            let kind: PlanChange.Kind = was == nil ? .added : now == nil ? .removed : .changed
            report(kind, Self.words(name, of: owner), shown(was), shown(now))
        }
    }

    private mutating func items(
        _ was: [JSON], _ now: [JSON], _ form: (keys: [String], noun: String), of owner: String
    ) {
        let name = { (item: JSON) in form.keys.compactMap { item[$0]?.string }.joined(separator: " ") }
        let old = Dictionary(was.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(now.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        let isPhase = form.noun == "phase"
        let words = { (id: String) in isPhase ? "the phase" : Self.item(form.noun, id, of: owner) }
        let moved = Self.moved(was.map(name).filter { new[$0] != nil }, now.map(name).filter { old[$0] != nil })
        for id in was.map(name) where new[id] == nil {
            if isPhase { phase = id }
            report(.removed, words(id), nil, nil)
        }
        for item in now {
            let id = name(item)
            if isPhase { phase = id }
            guard let before = old[id] else {
                report(.added, words(id), nil, nil)
                continue
            }
            if moved.contains(id) { report(.moved, words(id), nil, nil) }
            members(before.object ?? [:], item.object ?? [:], of: isPhase ? "" : words(id))
        }
        if isPhase { phase = nil }
    }

    private mutating func statements(_ was: [JSON], _ now: [JSON], of owner: String) {
        let (old, new) = (was.map { $0["text"]?.string ?? "" }, now.map { $0["text"]?.string ?? "" })
        var removed: [Int: String] = [:]
        var added: [Int: String] = [:]
        for change in new.difference(from: old) {
            switch change {
            case .remove(let place, let text, _): removed[place] = text
            case .insert(let place, let text, _): added[place] = text
            }
        }
        // What stands in the place of another is that one, changed.
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            let words = "statement \(right + 1) of \(owner)"
            switch (removed[left], added[right]) {
            case (let before?, let after?):
                report(.changed, words, .string(before), .string(after))
                (left, right) = (left + 1, right + 1)
            case (let before?, nil):
                report(.removed, "statement \(left + 1) of \(owner)", .string(before), nil)
                left += 1
            case (nil, let after?):
                report(.added, words, nil, .string(after))
                right += 1
            case (nil, nil):
                // The same text may be another kind of statement, where planning was told more.
                members(was[left].object ?? [:], now[right].object ?? [:], of: words)
                (left, right) = (left + 1, right + 1)
            }
        }
    }

    private mutating func lines(_ was: String, _ now: String, of owner: String) {
        let (old, new) = (was.split(separator: "\n"), now.split(separator: "\n"))
        var (before, after): ([Substring], [Substring]) = ([], [])
        for change in new.difference(from: old) {
            switch change {
            case .remove(_, let line, _): before.append(line)
            case .insert(_, let line, _): after.append(line)
            }
        }
        let shown = { (lines: [Substring]) in lines.isEmpty ? nil : JSON.string(lines.joined(separator: "\n")) }
        report(.changed, "comments or blanks of \(owner)", shown(before), shown(after))
    }

    private mutating func report(_ kind: PlanChange.Kind, _ what: String, _ before: JSON?, _ after: JSON?) {
        changes.append(
            PlanChange(
                phase: phase, kind: kind, what: what, before: before.map(Self.shown), after: after.map(Self.shown)))
    }

    /// Those that left their place among the others, as few as can be.
    private static func moved(_ was: [String], _ now: [String]) -> Set<String> {
        Set(
            now.difference(from: was).compactMap { change in
                if case .insert(_, let id, _) = change { id } else { nil }
            })
    }

    /// A length of time, or a range of two, in words.
    private static func time(_ value: JSON) -> JSON? {
        if let range = value.object {
            let ends = [range["from"], range["to"]].compactMap { $0?.integer?.duration }
            return .string(ends.joined(separator: " to "))
        }
        return value.integer.map { .string($0 < 0 ? "never" : $0.duration) }
    }

    private static func shown(_ value: JSON) -> String { value.string ?? value.canonicalText }

    private static func item(_ noun: String, _ id: String, of owner: String) -> String {
        let whole = ["setting", "object", "variable"].contains(noun) && !owner.isEmpty
        return "\(noun) \(id)" + (whole ? " of \(owner)" : "")
    }

    /// `timeout of step a/1`; what belongs to the plan or a phase stands alone.
    private static func words(_ name: String, of owner: String) -> String {
        let plain = ["apply", "query", "statement", "bound"].contains(name)
        guard !plain || owner.isEmpty else { return owner }
        let words = name.hasSuffix("_ms") ? String(name.dropLast(3)) : name
        let shown = words.replacing("_", with: " ")
        return owner.isEmpty ? shown : "\(shown) of \(owner)"
    }
}
