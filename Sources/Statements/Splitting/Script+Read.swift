public import Diagnostics

extension Script {
    /// Takes a script apart: its statements, their classes, and everything that is wrong with it.
    ///
    /// Total: any bytes give a script. `locate` maps bytes of the script to the file, or the runbook, they stand in.
    /// Findings are in the order of the script. Statements are empty when the text cannot be read at all; with a
    /// syntax error (`E210`) they are those the lexical rules find, so that a caller can ask the server.
    public static func read(
        _ bytes: [UInt8],
        dialect: SQLDialect,
        locate: (Range<Int>) -> SourceSpan
    ) -> Script {
        if let flaw = TextCheck.flaw(in: bytes) { return refused(flaw, locate) }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var scan = scan(bytes, dialect, from: start)
        if let flaw = TextCheck.flaw(in: scan) { return refused(flaw, locate) }
        var flaws = scan.flaws
        if dialect == .postgres {
            switch SyntaxCheck.check(scan) {
            case .agreed: break
            case .slices(let slices):
                scan.segments = PostgresScanner.scan(bytes, slices: slices).segments
            case .refused(let refusals): flaws.add(refusals)
            }
        }
        if scan.segments.isEmpty, flaws.errors.isEmpty {
            flaws.error(start..<start) { .noStatement(at: $0) }
        }
        let statements = scan.segments.map { segment in
            let classification = Classification(segment, in: bytes, dialect: dialect)
            flaws.add(classification.flaws)
            return Statement(segment, in: bytes, as: classification)
        }
        return Script(statements: scan.isWhole ? statements : [], findings: flaws.findings(locate))
    }

    private static func scan(_ bytes: [UInt8], _ dialect: SQLDialect, from start: Int) -> Scan {
        switch dialect {
        case .postgres: PostgresScanner.scan(bytes, from: start)
        case .sqlite: SQLiteScanner.scan(bytes, from: start)
        }
    }

    private static func refused(_ flaw: Flaw, _ locate: (Range<Int>) -> SourceSpan) -> Script {
        Script(statements: [], findings: [flaw.finding(locate(flaw.range))])
    }
}

extension Statement {
    fileprivate init(_ segment: Segment, in bytes: [UInt8], as classification: Classification) {
        let start = segment.range.lowerBound
        self.init(
            range: segment.range,
            text: bytes.text(segment.range),
            verb: classification.verb,
            kind: classification.kind,
            concurrentIndex: classification.concurrentIndex,
            variables: segment.references.map {
                VariableReference(
                    name: $0.name,
                    form: $0.form,
                    range: $0.range.lowerBound - start..<$0.range.upperBound - start
                )
            }
        )
    }
}
