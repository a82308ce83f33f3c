import CYAML
import Diagnostics

/// One event of libyaml in our own terms, with its place in bytes.
struct Event {
    let kind: Kind
    let range: Range<Int>

    enum Kind {
        case documentStart(hasDirectives: Bool)
        case scalar(ScalarEvent)
        case alias
        case sequenceStart(isFlow: Bool, marks: Marks)
        case mappingStart(isFlow: Bool, marks: Marks)
        case collectionEnd
        case other
    }

    /// What may be written before a node and is not accepted.
    struct Marks {
        let hasAnchor: Bool
        let tag: String?
    }

    struct ScalarEvent {
        let text: String
        let style: Scalar.Style
        let marks: Marks
    }
}

/// Why libyaml could not go on, in its own words, which are never shown.
struct SyntaxProblem {
    let problem: String
    let context: String
    let offset: Int
    let contextOffset: Int
}

/// libyaml's parser over one text.
///
/// The parser keeps a pointer to itself, so it lives at one address for the length of the reading.
struct EventStream {
    private let source: SourceText
    private let start: Int
    private let index: ScalarIndex

    /// A stream over `source`, which is valid UTF-8; reading begins at byte `start`.
    init(_ source: SourceText, from start: Int) {
        self.source = source
        self.start = start
        index = ScalarIndex(source, from: start)
    }

    /// Hands every event to `body` until that says false; the problem, when the text is not YAML.
    func read(_ body: (Event) -> Bool) -> SyntaxProblem? {
        source.bytes.withUnsafeBufferPointer { bytes in
            let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
            defer { parser.deallocate() }
            guard yaml_parser_initialize(parser) == 1 else { return outOfMemory }
            defer { yaml_parser_delete(parser) }
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            let text = UnsafeBufferPointer(rebasing: bytes[start...])
            yaml_parser_set_input_string(parser, text.baseAddress, text.count)
            return run(parser, body)
        }
    }

    private func run(_ parser: UnsafeMutablePointer<yaml_parser_t>, _ body: (Event) -> Bool) -> SyntaxProblem? {
        while true {
            var raw = yaml_event_t()
            guard yaml_parser_parse(parser, &raw) == 1 else { return problem(of: parser.pointee) }
            defer { yaml_event_delete(&raw) }
            if raw.type == YAML_STREAM_END_EVENT || raw.type == YAML_NO_EVENT { return nil }
            guard body(event(raw)) else { return nil }
        }
    }

    private func event(_ raw: yaml_event_t) -> Event {
        let range = index.byteOffset(raw.start_mark.index)..<index.byteOffset(raw.end_mark.index)
        return Event(kind: kind(raw), range: range)
    }

    private func kind(_ raw: yaml_event_t) -> Event.Kind {
        switch raw.type {
        case YAML_DOCUMENT_START_EVENT:
            let data = raw.data.document_start
            let hasTags = data.tag_directives.start != data.tag_directives.end
            return .documentStart(hasDirectives: data.version_directive != nil || hasTags)
        case YAML_SCALAR_EVENT:
            return .scalar(scalar(raw.data.scalar))
        case YAML_ALIAS_EVENT:
            return .alias
        case YAML_SEQUENCE_START_EVENT:
            let data = raw.data.sequence_start
            return .sequenceStart(
                isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE,
                marks: marks(anchor: data.anchor, tag: data.tag)
            )
        case YAML_MAPPING_START_EVENT:
            let data = raw.data.mapping_start
            return .mappingStart(
                isFlow: data.style == YAML_FLOW_MAPPING_STYLE,
                marks: marks(anchor: data.anchor, tag: data.tag)
            )
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return .collectionEnd
        default:
            return .other
        }
    }

    private func scalar(_ data: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar)
        -> Event.ScalarEvent
    {
        let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
        let style: Scalar.Style =
            switch data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        return Event.ScalarEvent(
            text: String(decoding: bytes, as: UTF8.self),
            style: style,
            marks: marks(anchor: data.anchor, tag: data.tag)
        )
    }

    private func marks(anchor: UnsafePointer<UInt8>?, tag: UnsafePointer<UInt8>?) -> Event.Marks {
        Event.Marks(hasAnchor: anchor != nil, tag: tag.map { String(cString: $0) })
    }

    private func problem(of parser: yaml_parser_t) -> SyntaxProblem {
        guard parser.error != YAML_MEMORY_ERROR else { return outOfMemory }
        let hasContext = parser.context != nil
        return SyntaxProblem(
            problem: parser.problem.map { String(cString: $0) } ?? "",
            context: parser.context.map { String(cString: $0) } ?? "",
            offset: index.byteOffset(parser.problem_mark.index),
            contextOffset: index.byteOffset(
                hasContext ? parser.context_mark.index : parser.problem_mark.index
            )
        )
    }

    private var outOfMemory: SyntaxProblem {
        SyntaxProblem(problem: "out of memory", context: "", offset: start, contextOffset: start)
    }
}
