import CanonicalJSON

/// A plan file that does not hold what a plan holds.
public struct DamagedPlan: Error, Sendable, Equatable {
    /// Where in the document, such as `phases[2].steps[0].target`.
    public let path: String
    /// What is wrong there, in lower case.
    public let problem: String

    /// A damage by its parts.
    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }
}

/// Reads members of a JSON object and remembers the way to them, so that a damaged plan is refused with its place.
struct PlanReader {
    let json: JSON
    let path: String

    init(_ json: JSON, path: String = "") {
        self.json = json
        self.path = path
    }

    func damaged(_ problem: String) -> DamagedPlan { DamagedPlan(path: path, problem: problem) }

    func member(_ name: String) throws(DamagedPlan) -> PlanReader {
        guard let value = json[name] else { throw damaged("`\(name)` is missing") }
        return PlanReader(value, path: path.isEmpty ? name : path + "." + name)
    }

    func optional(_ name: String) -> PlanReader? {
        json[name].map { PlanReader($0, path: path.isEmpty ? name : path + "." + name) }
    }

    var string: String {
        get throws(DamagedPlan) {
            guard let text = json.string else { throw damaged("expected text") }
            return text
        }
    }

    var integer: Int {
        get throws(DamagedPlan) {
            guard let number = json.integer else { throw damaged("expected a whole number") }
            return number
        }
    }

    var boolean: Bool {
        get throws(DamagedPlan) {
            guard let value = json.boolean else { throw damaged("expected a boolean") }
            return value
        }
    }

    func string(_ name: String) throws(DamagedPlan) -> String { try member(name).string }
    func integer(_ name: String) throws(DamagedPlan) -> Int { try member(name).integer }
    func optionalString(_ name: String) throws(DamagedPlan) -> String? { try optional(name)?.string }
    func optionalInteger(_ name: String) throws(DamagedPlan) -> Int? { try optional(name)?.integer }
    /// A length of time in milliseconds; not longer than a runbook can say.
    func length(_ name: String) throws(DamagedPlan) -> Int? {
        guard let number = try optionalInteger(name) else { return nil }
        guard (0..<1 << 52).contains(number) else { throw damaged("`\(name)` is no length of time") }
        return number
    }
    func flag(_ name: String) throws(DamagedPlan) -> Bool { try optional(name)?.boolean ?? false }

    func choice<Value: RawRepresentable<String>>(_ name: String) throws(DamagedPlan) -> Value {
        let reader = try member(name)
        guard let value = Value(rawValue: try reader.string) else {
            throw reader.damaged("`\(try reader.string)` is not known here")
        }
        return value
    }

    func list<Value>(
        _ name: String, _ read: (PlanReader) throws(DamagedPlan) -> Value
    ) throws(DamagedPlan) -> [Value] {
        guard let reader = optional(name) else { return [] }
        return try reader.elements(read)
    }

    func elements<Value>(_ read: (PlanReader) throws(DamagedPlan) -> Value) throws(DamagedPlan) -> [Value] {
        guard let elements = json.array else { throw damaged("expected a list") }
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            values.append(try read(PlanReader(element, path: "\(path)[\(index)]")))
        }
        return values
    }
}

extension JSON {
    /// A list, or nothing when it is empty.
    static func list<Value>(_ values: [Value], _ write: (Value) -> JSON) -> JSON {
        values.isEmpty ? .null : .array(values.map(write))
    }

    /// A whole number, or nothing.
    static func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }

    /// True, or nothing.
    static func flag(_ value: Bool) -> JSON { value ? .boolean(true) : .null }
}
