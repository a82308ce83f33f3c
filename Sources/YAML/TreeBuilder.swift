import Diagnostics

/// Builds the tree from events, on a stack of its own, so that depth costs no recursion.
struct TreeBuilder {
    private(set) var root: Node?
    private(set) var findings: [Diagnostic] = []
    /// Whether reading stopped before the end.
    private(set) var isAbandoned = false
    /// Whether what follows is not looked at.
    private var isFinished = false
    private let source: SourceText
    private let limits: YAMLReader.Limits
    private let scalars: ScalarReader
    private var stack: [Frame] = []
    private var nodeCount = 0
    private var documentCount = 0
    private static let patience = 100

    init(_ source: SourceText, _ limits: YAMLReader.Limits) {
        self.source = source
        self.limits = limits
        scalars = ScalarReader(source)
    }

    /// Whether the document holds nothing: no node, or only an empty one.
    var isEmpty: Bool {
        guard let root else { return true }
        guard case .scalar(let scalar) = root.content else { return false }
        return scalar.value == .null && findings.isEmpty
    }

    /// Takes one event in; false to stop.
    mutating func take(_ event: Event) -> Bool {
        switch event.kind {
        case .documentStart(let hasDirectives): startDocument(hasDirectives, event.range)
        case .scalar(let scalar): take(scalar, event.range)
        case .alias:
            count()
            findings.append(.alias(at: source.span(event.range)))
            deliver(.nothing(at: source.span(event.range)), isKeyText: false)
        case .sequenceStart(let isFlow, let marks): open(.sequence, isFlow, marks, event.range)
        case .mappingStart(let isFlow, let marks): open(.mapping, isFlow, marks, event.range)
        case .collectionEnd: close(event.range)
        case .other: break
        }
        if findings.count >= Self.patience { isAbandoned = true }
        return !isAbandoned && !isFinished
    }

    private mutating func startDocument(_ hasDirectives: Bool, _ range: Range<Int>) {
        documentCount += 1
        if hasDirectives { findings.append(.directive(at: source.span(range))) }
        guard documentCount == 2 else { return }
        findings.append(.secondDocument(at: source.span(range)))
        isFinished = true
    }

    private mutating func take(_ event: Event.ScalarEvent, _ range: Range<Int>) {
        count()
        report(event.marks, range)
        let isKey = stack.last?.expectsKey ?? false
        var node = scalars.read(event, range, asKey: isKey, findings: &findings)
        if isKey, case .scalar(let scalar) = node.content {
            deliver(node, isKeyText: scalars.acceptAsKey(scalar, event, node.span, findings: &findings))
        } else {
            if let key = stack.last?.key, let place = scalars.comment(inPlaceOf: node) {
                findings.append(.valueIsComment(key.value, at: place))
                node = Node(node.content, at: place)
            } else if event.marks.tag == nil {
                scalars.checkSurroundings(event, node, key: stack.last?.key, findings: &findings)
            }
            deliver(node, isKeyText: false)
        }
    }

    private mutating func report(_ marks: Event.Marks, _ range: Range<Int>) {
        if marks.hasAnchor {
            findings.append(.anchor(at: source.span(range.lowerBound..<range.lowerBound + 1)))
        }
        if let tag = marks.tag { findings.append(.tag(tag, at: source.span(range).firstWord)) }
    }

    private mutating func open(_ kind: Frame.Kind, _ isFlow: Bool, _ marks: Event.Marks, _ range: Range<Int>) {
        report(marks, range)
        count()
        if stack.last?.expectsKey == true { findings.append(.complexKey(at: source.span(range).firstWord)) }
        stack.append(Frame(kind, isFlow: isFlow, range: range))
        guard stack.count > limits.depth else { return }
        findings.append(.tooDeep(limits.depth, at: source.span(range).firstWord))
        isAbandoned = true
    }

    private mutating func close(_ range: Range<Int>) {
        guard let frame = stack.popLast() else { return }
        deliver(frame.node(source, end: range), isKeyText: false)
    }

    private mutating func count() {
        nodeCount += 1
        guard nodeCount > limits.nodes, !isAbandoned else { return }
        findings.append(.tooManyNodes(limits.nodes, at: source.span(0..<0)))
        isAbandoned = true
    }

    private mutating func deliver(_ node: Node, isKeyText: Bool) {
        guard !stack.isEmpty else {
            if root == nil { root = node }
            return
        }
        let top = stack.count - 1
        guard stack[top].kind == .mapping else {
            stack[top].items.append(node)
            return
        }
        if stack[top].expectsKey {
            stack[top].pending = isKeyText ? key(of: node) : .refused
        } else {
            finishEntry(with: node)
        }
    }

    private func key(of node: Node) -> Frame.Pending {
        guard case .scalar(let scalar) = node.content else { return .refused }
        return .key(Located(scalar.text, at: node.span))
    }

    private mutating func finishEntry(with value: Node) {
        let top = stack.count - 1
        defer { stack[top].pending = nil }
        guard case .key(let key) = stack[top].pending else { return }
        if let comma = cutComma(key, value, in: stack[top]) {
            if !stack[top].endsInCut, let owner = stack[top].entries.last?.key {
                findings.append(.cutByComma(owner.value, at: source.span(comma..<comma + 1)))
            }
            stack[top].endsInCut = true
            findings.removeAll { $0.severity == .warning && $0.span == key.span }
            return
        }
        stack[top].endsInCut = false
        if let first = stack[top].places[key.value] {
            findings.append(.duplicate(key, first: source.span(first)))
            return
        }
        stack[top].places[key.value] = key.span.range
        stack[top].entries.append(Node.Entry(key: key, value: value))
    }

    /// The comma that ended the value before, when this entry is only the rest of that value.
    private func cutComma(_ key: Located<String>, _ value: Node, in frame: Frame) -> Int? {
        guard frame.isFlow, let last = frame.entries.last, value.span.range.isEmpty else { return nil }
        guard case .scalar(let scalar) = last.value.content, scalar.style == .plain else { return nil }
        let next = source.bytes[key.span.range.upperBound...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D }
        guard next != UInt8(ascii: ":") else { return nil }
        let between = last.value.span.range.upperBound..<key.span.range.lowerBound
        return source.bytes[between].firstIndex(of: UInt8(ascii: ","))
    }
}

/// A list or mapping that is not closed yet.
struct Frame {
    enum Kind { case sequence, mapping }

    /// A key whose value is awaited.
    enum Pending {
        case key(Located<String>)
        case refused
    }

    let kind: Kind
    let isFlow: Bool
    let range: Range<Int>
    var items: [Node] = []
    var entries: [Node.Entry] = []
    var places: [String: Range<Int>] = [:]
    var pending: Pending?
    /// Whether the last entry was the rest of a value that a comma cut.
    var endsInCut = false

    init(_ kind: Kind, isFlow: Bool, range: Range<Int>) {
        self.kind = kind
        self.isFlow = isFlow
        self.range = range
    }

    var expectsKey: Bool { kind == .mapping && pending == nil }

    /// The key whose value is awaited.
    var key: Located<String>? {
        guard case .key(let key) = pending else { return nil }
        return key
    }

    func node(_ source: SourceText, end: Range<Int>) -> Node {
        let first = kind == .mapping ? entries.first?.key.span : items.first?.span
        let last = kind == .mapping ? entries.last?.value.span : items.last?.span
        var range = range
        if isFlow {
            range = range.lowerBound..<max(range.lowerBound, end.upperBound)
        } else if let first, let last {
            range = first.range.lowerBound..<max(first.range.lowerBound, last.range.upperBound)
        }
        let content: Node.Content = kind == .mapping ? .mapping(entries) : .sequence(items)
        return Node(content, at: source.span(range))
    }
}

extension Node {
    /// An empty node, in place of one that was refused.
    fileprivate static func nothing(at span: SourceSpan) -> Node {
        Node(.scalar(Scalar(text: "", style: .plain, value: .null, lineOffsets: [])), at: span)
    }
}

extension SourceSpan {
    /// The part up to the first blank, so that a caret line marks a word and not a page.
    var firstWord: SourceSpan {
        let end =
            source.bytes[range].firstIndex { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D } ?? range.upperBound
        return source.span(range.lowerBound..<max(end, min(range.lowerBound + 1, source.bytes.count)))
    }
}
