public import Diagnostics

/// Reads YAML strictly: one document, no anchors, no tags, nothing that two readers would read in two ways.
public enum YAMLReader {
    /// The most bytes a document may have.
    public static let maximumBytes = 16 << 20
    /// The most nodes a document may have, keys included.
    public static let maximumNodes = 1_000_000
    /// How deep lists and mappings may lie in each other.
    public static let maximumDepth = 64

    /// The tree of a document, or nil when nothing of it can be used.
    ///
    /// Everything that is wrong is reported, not only the first; a tree may come with errors, so that whoever reads
    /// it can go on and report theirs. Nodes that could not be read are left out or empty, with an error at their place.
    public static func read(_ source: SourceText, findings: inout Findings) -> Node? {
        read(source, limits: Limits(), findings: &findings)
    }

    /// How much a document may hold.
    struct Limits {
        var bytes = maximumBytes
        var nodes = maximumNodes
        var depth = maximumDepth
    }

    static func read(_ source: SourceText, limits: Limits, findings: inout Findings) -> Node? {
        guard source.bytes.count <= limits.bytes else {
            findings.report(.tooLarge(source, limits.bytes))
            return nil
        }
        let unreadable = TextScan.findings(in: source)
        findings.report(contentsOf: unreadable)
        guard unreadable.isEmpty else { return nil }
        var builder = TreeBuilder(source, limits)
        let stream = EventStream(source, from: TextScan.markLength(source))
        var lastScalar = 0..<0
        let problem = stream.read { event in
            if case .scalar = event.kind { lastScalar = event.range }
            return builder.take(event)
        }
        findings.report(contentsOf: builder.findings)
        if let problem {
            findings.report(SyntaxExplanation(source, lastScalar: lastScalar).finding(for: problem))
            return nil
        }
        guard !builder.isAbandoned else { return nil }
        if builder.root == nil || builder.isEmpty { findings.report(.empty(source)) }
        return builder.isEmpty ? nil : builder.root
    }
}

extension Diagnostic {
    fileprivate static func tooLarge(_ source: SourceText, _ limit: Int) -> Self {
        let tenths = (source.bytes.count * 10) >> 20
        return Self(
            YAMLCodes.size,
            "the file has \(tenths / 10).\(tenths % 10) MiB; the limit is \(limit >> 20) MiB",
            at: source.span(0..<0),
            help: "keep data out of the document: refer to files instead"
        )
    }

    fileprivate static func empty(_ source: SourceText) -> Self {
        Self(
            YAMLCodes.empty,
            "the document is empty",
            at: source.span(0..<0),
            help: "begin with `runbook: 1`, then `name`, `databases` and `phases`"
        )
    }
}
