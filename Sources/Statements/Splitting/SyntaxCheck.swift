import Diagnostics

/// Asks PostgreSQL's parser whether a scan split the script rightly, and what does not parse.
///
/// The parser gets whole statements, as many as make a batch: memory stays small however long the script is. Its word
/// on where statements end is final. A batch can only be cut at a wrong place inside the body of a routine, and then
/// its first half does not parse.
struct SyntaxCheck {
    private let scan: Scan
    private let segments: ArraySlice<Segment>
    private(set) var flaws = Flaws()
    /// How many bytes the parser was given: what the check costs.
    private(set) var parsedBytes = 0
    private var slices: [Range<Int>] = []
    private var agrees = true

    /// What came of it.
    enum Outcome {
        /// Every statement is where the scan says.
        case agreed
        /// The statements are elsewhere.
        case slices([Range<Int>])
        /// Some do not parse.
        case refused(Flaws)
    }

    /// Checks a scan.
    static func check(_ scan: Scan) -> Outcome {
        var check = SyntaxCheck(scan)
        check.run()
        guard !check.flaws.errors.isEmpty else { return check.agrees ? .agreed : .slices(check.slices) }
        if scan.segments.reduce(0, { $0 + $1.tokens }) <= Limits.tokens,
            case .success(let slices) = PostgresGrammar.split(scan.parsable[..<scan.parsableEnd])
        {
            return .slices(slices)
        }
        return .refused(check.flaws)
    }

    init(_ scan: Scan) {
        self.scan = scan
        segments = scan.segments.prefix { $0.range.upperBound <= scan.parsableEnd }
    }

    mutating func run() {
        var first = segments.startIndex
        while first < segments.endIndex {
            var last = first
            var tokens = segments[first].tokens
            while last + 1 < segments.endIndex, tokens + segments[last + 1].tokens <= Limits.batch {
                last += 1
                tokens += segments[last].tokens
            }
            check(segments[first...last])
            first = last + 1
        }
    }

    private mutating func check(_ batch: ArraySlice<Segment>) {
        guard let first = batch.first, let last = batch.last else { return }
        parsedBytes += last.range.upperBound - first.range.lowerBound
        switch PostgresGrammar.split(scan.parsable[first.range.lowerBound..<last.range.upperBound]) {
        case .success(let found):
            slices += found
            agrees =
                agrees && found.count == batch.count
                && zip(found, batch).allSatisfy {
                    $0.lowerBound <= $1.range.lowerBound && $1.range.upperBound <= $0.upperBound
                }
        case .failure(let refusal):
            guard batch.count > 1 else { return refuse(first, refusal) }
            // One after the other, so that a mistake does not hide those after it.
            for index in batch.indices where flaws.errors.count < Limits.findings {
                check(batch[index...index])
            }
        }
    }

    private mutating func refuse(_ segment: Segment, _ refusal: PostgresGrammar.Refusal) {
        var lexer = PostgresLexer(
            scan.parsable,
            in: refusal.offset..<max(refusal.offset, segment.range.upperBound)
        )
        let token = lexer.next()
        let atEnd = refusal.offset >= segment.range.upperBound
        let range = atEnd ? segment.range.upperBound..<segment.range.upperBound : token.range
        let afterColon = token.kind == .symbol(ASCII.colon) && token.range.count == 1
        flaws.error(range) { .syntax(refusal.message, rawVariable: afterColon, at: $0) }
    }
}
