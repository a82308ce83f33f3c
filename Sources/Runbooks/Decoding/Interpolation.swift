import Diagnostics
import YAML

/// Puts environment variables in place of `${NAME}`.
struct Interpolation {
    /// The environment.
    let environment: [String: String]
    /// The names under `vars`, for hints.
    let variables: Set<String>
    /// How many findings one text may have.
    private static let patience = 20

    /// Where a text stands, which decides what it may refer to.
    enum Place {
        case plain
        case title
        case file
        case address
    }

    struct Result {
        var text: String?
        var findings: [Diagnostic] = []
    }

    /// The text with its variables in place; nil when one of them cannot be.
    ///
    /// `$$` is a dollar; `${vars.x}` and, in titles, `${each.x}` stay for planning, as in names of files `${run.id}`
    /// and `${run.timestamp}` for the run, and so does the second dollar of
    /// every `${` that is none of these, written or from the environment.
    func resolve(_ scalar: Scalar, at span: SourceSpan, place: Place) -> Result {
        guard scalar.text.utf8.contains(UInt8(ascii: "$")) else { return Result(text: scalar.text) }
        let bytes = Array(scalar.text.utf8)
        var output: [UInt8] = []
        var findings: [Diagnostic] = []
        var offset = 0
        while offset < bytes.count, findings.count < Self.patience {
            let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
            if bytes[offset] == UInt8(ascii: "$"), next == UInt8(ascii: "$") {
                output.append(bytes[offset])
                // Addresses hold no references, so there planning looks for none.
                let isReference = offset + 2 < bytes.count && bytes[offset + 2] == UInt8(ascii: "{")
                if isReference, place != .address { output.append(bytes[offset]) }
                offset += 2
            } else if bytes[offset] == UInt8(ascii: "$"), next == UInt8(ascii: "{") {
                let end = bytes[offset...].firstIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? bytes.count
                let reference = Reference(bytes[offset..<end], self.span(of: offset..<end, scalar, span))
                switch value(of: reference, place) {
                case .success(let text): output += Array(text.utf8)
                case .failure(let refusal): findings.append(refusal.finding)
                }
                offset = end
            } else {
                output.append(bytes[offset])
                offset += 1
            }
        }
        return Result(
            text: findings.isEmpty ? String(decoding: output, as: UTF8.self) : nil,
            findings: findings
        )
    }

    /// What is wrong with SQL that holds `${...}`.
    func refuseInSQL(_ scalar: Scalar, at span: SourceSpan) -> [Diagnostic] {
        references(scalar, span).map { .inSQL($0) }
    }

    /// What is wrong with shell text that holds `${...}` or refers to values of SQL.
    func refuseInShell(_ scalar: Scalar, at span: SourceSpan) -> [Diagnostic] {
        references(scalar, span).map { .inShell($0) } + parameters(scalar, span)
    }

    /// A value that planning leaves as it is.
    private static func escape(_ value: String, _ place: Place) -> String {
        place == .address ? value : value.replacing("${", with: "$${")
    }

    private struct Refusal: Error { let finding: Diagnostic }

    private func value(of reference: Reference, _ place: Place) -> Swift.Result<String, Refusal> {
        guard reference.isClosed else { return .failure(Refusal(finding: .malformed(reference))) }
        if reference.name.contains(".") { return dotted(reference, place) }
        guard NamePattern.word.matches(reference.name), reference.hasKnownOperator else {
            return .failure(Refusal(finding: .malformed(reference)))
        }
        if SecretScan.isSecretName(reference.name), place != .address {
            return .failure(Refusal(finding: .secretVariable(reference)))
        }
        if let value = environment[reference.name], !value.isEmpty || reference.operation == nil {
            return .success(Self.escape(value, place))
        }
        switch reference.operation {
        case .fallback(let text): return .success(Self.escape(text, place))
        case .required(let message): return .failure(Refusal(finding: .required(reference, message)))
        case nil: return .failure(Refusal(finding: unset(reference)))
        }
    }

    private func dotted(_ reference: Reference, _ place: Place) -> Swift.Result<String, Refusal> {
        let parts = reference.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, parts.allSatisfy(NamePattern.word.matches), reference.operation == nil else {
            return .failure(Refusal(finding: .malformed(reference)))
        }
        switch parts[0] {
        case "vars" where parts.count == 2:
            guard variables.contains(parts[1]) else {
                return .failure(Refusal(finding: .unknownVariable(reference, parts[1], variables)))
            }
            return .success(reference.written)
        case "each" where place == .title && parts.count == 2: return .success(reference.written)
        case "each": return .failure(Refusal(finding: .misplacedEach(reference, parts[1])))
        case "run" where place == .file && parts.count == 2: return runFact(reference, parts[1])
        case "run", "steps", "tenant": return .failure(Refusal(finding: .notYet(reference, parts[0])))
        default: return .failure(Refusal(finding: .unknownScope(reference, parts[0])))
        }
    }

    private func runFact(_ reference: Reference, _ name: String) -> Swift.Result<String, Refusal> {
        guard let fact = RunFact(rawValue: name) else { return .failure(Refusal(finding: .unknownRunFact(reference))) }
        return .success(fact.reference)
    }

    private func unset(_ reference: Reference) -> Diagnostic {
        let near = environment.keys.nearest(to: reference.name).map { "did you mean `${\($0)}`?" }
        let own =
            variables.contains(reference.name) ? "write `${vars.\(reference.name)}` for the variable" : nil
        return Diagnostic(
            RunbookCodes.unsetVariable,
            "`\(reference.name)` is not set in the environment",
            at: reference.span,
            help: own ?? near
                ?? "set it, or write `${\(reference.name):-value}` for a value where it is not set"
        )
    }

    /// Every `${name` in a text that is not touched.
    private func references(_ scalar: Scalar, _ span: SourceSpan) -> [Reference] {
        guard scalar.text.utf8.contains(UInt8(ascii: "$")) else { return [] }
        let bytes = Array(scalar.text.utf8)
        var found: [Reference] = []
        for offset in bytes.indices.dropLast(2) where bytes[offset] == UInt8(ascii: "$") {
            guard found.count < Self.patience else { break }
            guard bytes[offset + 1] == UInt8(ascii: "{"), bytes[offset + 2].isWordStart else { continue }
            let end = bytes[offset...].firstIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? bytes.count
            found.append(Reference(bytes[offset..<end], self.span(of: offset..<end, scalar, span)))
        }
        return found
    }

    /// Every `:'name'` of ours in shell text.
    private func parameters(_ scalar: Scalar, _ span: SourceSpan) -> [Diagnostic] {
        guard !variables.isEmpty, scalar.text.utf8.contains(UInt8(ascii: ":")) else { return [] }
        let bytes = Array(scalar.text.utf8)
        var findings: [Diagnostic] = []
        for offset in bytes.indices.dropLast(2) where bytes[offset] == UInt8(ascii: ":") {
            guard findings.count < Self.patience else { break }
            let quote = bytes[offset + 1]
            guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { continue }
            guard let end = bytes[(offset + 2)...].prefix(64).firstIndex(of: quote) else { continue }
            let name = String(decoding: bytes[offset + 2..<end], as: UTF8.self)
            guard variables.contains(name) else { continue }
            findings.append(.parameterInShell(name, at: self.span(of: offset..<end + 1, scalar, span)))
        }
        return findings
    }

    private func span(of range: Range<Int>, _ scalar: Scalar, _ span: SourceSpan) -> SourceSpan {
        scalar.sourceRange(of: range).map { span.source.span($0) } ?? span.head
    }
}

/// One `${...}`.
struct Reference {
    let written: String
    let name: String
    let operation: Operation?
    let hasKnownOperator: Bool
    let isClosed: Bool
    let span: SourceSpan

    enum Operation {
        /// `:-text`
        case fallback(String)
        /// `:?text`
        case required(String)
    }

    init(_ bytes: ArraySlice<UInt8>, _ span: SourceSpan) {
        written = String(decoding: bytes, as: UTF8.self)
        self.span = span
        isClosed = bytes.last == UInt8(ascii: "}")
        let body = String(decoding: bytes.dropFirst(2).dropLast(isClosed ? 1 : 0), as: UTF8.self)
        let name = body.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
        let rest = body.dropFirst(name.count)
        self.name = String(name)
        if rest.hasPrefix(":-") {
            operation = .fallback(String(rest.dropFirst(2)))
        } else if rest.hasPrefix(":?") {
            operation = .required(String(rest.dropFirst(2)))
        } else {
            operation = nil
        }
        hasKnownOperator = operation != nil || rest.isEmpty
    }

    /// The last part of the name, as a variable would be called.
    var suggestion: String {
        let last = name.split(separator: ".").last.map(String.init) ?? "name"
        return last.lowercased()
    }
}
