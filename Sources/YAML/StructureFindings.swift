import Diagnostics

// What the builder of the tree finds.
extension Diagnostic {
    static func directive(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.tag,
            "directives are not accepted",
            at: span.firstWord,
            help: "remove the line that begins with `%`"
        )
    }

    static func secondDocument(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.documents,
            "one document per file",
            at: span.firstWord,
            label: "a second one starts here",
            help: "put it into a file of its own, or remove the `---`"
        )
    }

    static func anchor(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.anchor,
            "anchors, aliases and `<<` are not accepted",
            at: span,
            help:
                "write the value out; values that repeat in SQL go under `vars`, repeated checks under `for_each`"
        )
    }

    static func alias(at span: SourceSpan) -> Self {
        let text = span.text
        guard text.hasPrefix("*"), text.count > 1 else { return anchor(at: span) }
        return Self(
            YAMLCodes.anchor,
            "anchors, aliases and `<<` are not accepted",
            at: span,
            label: "an alias to YAML",
            help: "write the value out; text that begins with `*` needs quotes"
        )
    }

    static func tag(_ tag: String, at span: SourceSpan) -> Self {
        if tag == "!" {
            return Self(
                YAMLCodes.tag,
                "a leading `!` is a YAML tag, so this value would be changed",
                at: span,
                help: "quote the whole value: `\"! command\"`"
            )
        }
        if tag.hasPrefix("!=") {
            return Self(
                YAMLCodes.comparator,
                "a leading `!` is a YAML tag, not a comparison",
                at: span,
                help: "comparators are keys: `at_least`, `at_most`, `above`, `below`"
            )
        }
        return Self(
            YAMLCodes.tag,
            "tags are not accepted",
            at: span,
            help: "remove the tag; quote the value when it is text that begins with `!`"
        )
    }

    static func complexKey(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.key,
            "a key must be text, found a list or mapping",
            at: span,
            help: "write `key: value`"
        )
    }

    static func tooDeep(_ limit: Int, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.depth,
            "nesting deeper than \(limit)",
            at: span,
            help: "no runbook needs it; look for an unclosed bracket"
        )
    }

    static func tooManyNodes(_ limit: Int, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.size,
            "more than \(limit) values",
            at: span,
            help: "split the document"
        )
    }

    static func cutByComma(_ key: String, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.comma,
            "`\(key)` is cut short by a comma",
            at: span,
            label: "inside { } a comma ends the value",
            help: "quote the value, or write `\(key): |` and the text on the next lines"
        )
    }

    static func duplicate(_ key: Located<String>, first: SourceSpan) -> Self {
        Self(
            YAMLCodes.duplicate,
            "key `\(key.value)` is defined twice",
            at: key.span,
            label: "second definition",
            related: [Related("first defined here", at: first)],
            help: "remove one of them, or put the contents of both under the first"
        )
    }
}
