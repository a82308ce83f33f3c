public import Diagnostics
import YAML

/// Reads a runbook: YAML to the typed model, with every finding of the document at once.
public struct RunbookDecoder {
    private let source: SourceText
    private let interpolation: Interpolation

    /// The runbook a text says, or nil when there is an error.
    ///
    /// `environment` is what `${NAME}` is looked up in. Findings show stars where the text holds a secret, and so
    /// does the source the runbook refers to.
    public static func decode(
        _ source: SourceText,
        environment: [String: String],
        findings: inout Findings
    ) -> Runbook? {
        let source = SecretMask.mask(source)
        var own = Findings()
        let root = YAMLReader.read(source, findings: &own)
        guard let root else {
            findings.report(contentsOf: own.all.once(YAMLCodes.anchor))
            return nil
        }
        let decoder = RunbookDecoder(source, environment, root)
        let (runbook, later) = decoder.decode(root)
        findings.report(contentsOf: own.all.once(YAMLCodes.anchor).warnings(notUnder: later))
        findings.report(contentsOf: later.consequences(removedFor: own.all))
        return own.hasErrors ? nil : runbook
    }

    private init(_ source: SourceText, _ environment: [String: String], _ root: Node) {
        self.source = source
        let variables = Entries(Entries(root)?["vars"])?.keys.map(\.value) ?? []
        interpolation = Interpolation(environment: environment, variables: Set(variables))
    }

    private func decode(_ root: Node) -> (Runbook?, [Diagnostic]) {
        guard let entries = Entries(root) else { return (nil, [.noRunbook(root)]) }
        if let fleet = entries.key("fleet") { return (nil, [.fleet(fleet)]) }
        let secrets = SecretScan.findings(in: root)
        var shaper = Shaper(interpolation)
        let shaped = shaper.shape(root, as: .object(Tables.runbook), label: "the runbook")
        let findings = secrets + shaper.findings.all.consequences(removedFor: secrets)
        guard let shaped, !findings.contains(where: { $0.severity == .error }) else { return (nil, findings) }
        return (RunbookBuilder(source: source).runbook(shaped), findings)
    }
}

extension [Diagnostic] {
    /// What is said of a key that is not there.
    private static let absences: Set<DiagnosticCode> = [
        RunbookCodes.missingKey, RunbookCodes.verb, RunbookCodes.emptyPhase, RunbookCodes.noExpectation,
        RunbookCodes.subject, RunbookCodes.expectation, RunbookCodes.noRollback, RunbookCodes.rollbackForm,
    ]
    /// What makes the reader of YAML leave a key out.
    private static let refusals: Set<DiagnosticCode> = [YAMLCodes.invisible, YAMLCodes.key, YAMLCodes.anchor]

    /// Without those that another error explains: one cause, one finding.
    fileprivate func consequences(removedFor causes: [Diagnostic]) -> [Diagnostic] {
        let places = causes.filter { $0.severity == .error }.compactMap { $0.span?.range }
        guard !places.isEmpty else { return self }
        let hidesKeys = causes.contains { Self.refusals.contains($0.code) }
        return filter { finding in
            if hidesKeys, Self.absences.contains(finding.code) { return false }
            guard let range = finding.span?.range else { return true }
            return !places.contains { $0.overlaps(range) || $0 == range }
        }
    }

    /// Without warnings at a place where there is an error anyway.
    fileprivate func warnings(notUnder errors: [Diagnostic]) -> [Diagnostic] {
        filter { finding in
            finding.severity == .error
                || !errors.contains { $0.severity == .error && $0.span == finding.span }
        }
    }

    /// With only the first of one code: a document full of them has one mistake.
    fileprivate func once(_ code: DiagnosticCode) -> [Diagnostic] {
        guard let first = firstIndex(where: { $0.code == code }) else { return self }
        return enumerated().filter { $0.offset <= first || $0.element.code != code }.map(\.element)
    }
}

extension Diagnostic {
    fileprivate static func noRunbook(_ root: Node) -> Self {
        Self(
            RunbookCodes.root,
            "expected a mapping with `runbook`, `name`, `databases` and `phases`, found \(root.kindName)",
            at: root.span.head,
            help: "begin with `runbook: 1`, then `name`, `databases` and `phases`"
        )
    }

    fileprivate static func fleet(_ key: Located<String>) -> Self {
        Self(
            RunbookCodes.notYet,
            "a fleet is not supported yet",
            at: key.span,
            help: "write a runbook for each database: begin with `runbook: 1`"
        )
    }
}
