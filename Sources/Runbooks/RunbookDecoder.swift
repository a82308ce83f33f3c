public import Diagnostics
import YAML

/// Reads a runbook: YAML to the typed model, with every finding of the document at once.
public struct RunbookDecoder {
    private let source: SourceText
    private let interpolation: Interpolation

    /// The runbook a text says, or nil when there is an error.
    ///
    /// `environment` is what `${NAME}` is looked up in. Findings show stars where the text holds a secret, and so does
    /// the source the runbook refers to.
    public static func decode(
        _ source: SourceText,
        environment: [String: String],
        findings: inout Findings
    ) -> Runbook? {
        let source = SecretMask.mask(source)
        var own = Findings()
        let root = YAMLReader.read(source, findings: &own)
        let flaws = own.all
        guard let root else {
            findings.report(contentsOf: flaws)
            return nil
        }
        let decoder = RunbookDecoder(source, environment, root)
        let (runbook, later) = decoder.decode(root)
        findings.report(contentsOf: flaws.unless(coveredBy: later, errorsCount: false))
        findings.report(contentsOf: later.unless(coveredBy: flaws, errorsCount: true))
        return own.hasErrors ? nil : runbook
    }

    private init(_ source: SourceText, _ environment: [String: String], _ root: Node) {
        self.source = source
        let variables = Entries(Entries(root)?["vars"])?.keys.map(\.value) ?? []
        interpolation = Interpolation(environment: environment, variables: Set(variables))
    }

    private func decode(_ root: Node) -> (Runbook?, [Diagnostic]) {
        guard Entries(root) != nil else { return (nil, [.noRunbook(root)]) }
        var shaper = Shaper(interpolation)
        let shaped = shaper.shape(root, as: .object(Tables.runbook), label: "the runbook")
        SecretScan.report(root, findings: &shaper.findings)
        guard let shaped, !shaper.findings.hasErrors else { return (nil, shaper.findings.all) }
        return (RunbookBuilder(source: source).runbook(shaped), shaper.findings.all)
    }
}

extension [Diagnostic] {
    /// Without those that lie at the place of another one: one cause, one finding.
    ///
    /// Errors of `others` cover anything that touches them; otherwise a warning is covered by an error at its place.
    fileprivate func unless(coveredBy others: [Diagnostic], errorsCount: Bool) -> [Diagnostic] {
        let places = others.filter { $0.severity == .error }.compactMap { $0.span?.range }
        guard !places.isEmpty else { return self }
        return filter { finding in
            guard let range = finding.span?.range, errorsCount || finding.severity == .warning else {
                return true
            }
            return !places.contains { $0.overlaps(range) || $0 == range }
        }
    }
}

extension Diagnostic {
    fileprivate static func noRunbook(_ root: Node) -> Self {
        Self(
            RunbookCodes.root,
            "expected a mapping with `runbook`, `name`, `databases` and `phases`, found \(root.kindName)",
            at: root.span.head,
            help: "begin with `runbook: 1`; `gonogo init` writes a first one"
        )
    }
}
