import Diagnostics

extension Diagnostic {
    static func zeroByte(_ offset: Int, at span: SourceSpan) -> Self {
        Self(.zeroByte, "a zero byte in the text, at byte \(offset)", at: span, help: "remove it")
    }

    static func notUTF8(_ offset: Int, at span: SourceSpan) -> Self {
        Self(.notUTF8, "not UTF-8 at byte \(offset)", at: span, help: "save the file as UTF-8")
    }

    static func tooLarge(_ what: String, _ size: Int, _ limit: Int, _ unit: String, at span: SourceSpan)
        -> Self
    {
        Self(
            .tooLarge,
            "\(what) of \(size) \(unit); at most \(limit) are read",
            at: span,
            help: "split it; load large amounts of data from a `run:` step"
        )
    }

    static func unterminated(_ opening: Token.Opening, _ sign: String, at span: SourceSpan) -> Self {
        let place = "\(span.start.line):\(span.start.column)"
        let (what, remedy) =
            switch opening {
            case .string: ("string", "close it with `'`; a quote inside a string is written twice")
            case .name: ("quoted name", "close it with the quote it begins with")
            case .dollarString: ("`\(sign)`", "close it with `\(sign)`, written exactly so")
            case .comment:
                ("comment", "close it with `*/`; comments nest, so every `/*` inside needs its own")
            case .trigger: ("trigger", "end its body with `END;`")
            }
        return Self(
            .unterminated,
            "unterminated \(what), opened at \(place)",
            at: span,
            label: "never closed",
            help: remedy
        )
    }

    static func shellCommand(_ command: ShellCommand, at span: SourceSpan) -> Self {
        Self(
            .shellCommand,
            "`\(command.name)` is a command of \(command.shell), not SQL",
            at: span,
            help: command.remedy
        )
    }

    static func copyFromClient(at span: SourceSpan) -> Self {
        Self(
            .copy,
            "`COPY ... FROM stdin` waits for rows that a script cannot send",
            at: span,
            help: "load the rows from a `run:` step with psql, or write them as `INSERT ... VALUES`"
        )
    }

    static func copyToClient(at span: SourceSpan) -> Self {
        Self(
            .copy,
            "`COPY ... TO stdout` sends rows that nobody takes",
            at: span,
            help: "export from a `run:` step with psql, or keep the result with a `capture:` step"
        )
    }

    static func transactionControl(_ phrase: String, at span: SourceSpan) -> Self {
        let remedy =
            switch phrase {
            case "PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED":
                "remove it: a prepared transaction holds its locks without a session"
            case "SET TRANSACTION":
                "remove it, or put `default_transaction_isolation` under the step's `session:`"
            case "SAVEPOINT", "RELEASE", "ROLLBACK TO": "remove it: the first error ends the step"
            default: "remove it: the step's `transaction:` says how its statements are grouped"
            }
        return Self(
            .transactionControl,
            "`\(phrase)` in a script: gonogo owns the transaction",
            at: span,
            help: remedy
        )
    }

    static func template(_ sign: String, at span: SourceSpan) -> Self {
        let name = sign.dropFirst(2).dropLast()
        let isName = !name.isEmpty && name.utf8.allSatisfy(\.isVariable)
        let shown = isName ? String(name) : "name"
        return Self(
            .template,
            "`\(sign)` in SQL: values are never pasted into its text",
            at: span,
            help: "write `:'\(shown)'` for a value, `:\"\(shown)\"` for a name"
        )
    }

    static func quotedTemplate(_ sign: String, at span: SourceSpan) -> Self {
        Self(
            .quotedTemplate,
            "`\(sign)` inside quotes stays as it is written",
            at: span,
            severity: .warning,
            help: "join a value to the text: `'...' || :'name'`"
        )
    }

    static func quotedReference(_ sign: String, at span: SourceSpan) -> Self {
        Self(
            .quotedReference,
            "`\(sign)` between dollar quotes stays as it is written",
            at: span,
            severity: .warning,
            help: "set a value before and read it inside: `SELECT set_config('my.name', \(sign), true)`"
        )
    }

    static func mergingReference(_ sign: String, at span: SourceSpan) -> Self {
        Self(
            .mergingReference,
            "`\(sign)` stands against a quoted text, and would become one with it",
            at: span,
            help: "put `||` between texts, a blank between names"
        )
    }

    static func nativeParameter(_ name: String, at span: SourceSpan) -> Self {
        Self(
            .nativeParameter,
            "`\(name)` is a parameter, and nothing gives it a value",
            at: span,
            help: "write `:'name'` for a value, `:\"name\"` for a name, and declare it under `vars:`"
        )
    }

    static func invisible(at span: SourceSpan) -> Self {
        Self(
            .invisible,
            "an invisible character in a word",
            at: span,
            help: "delete it and type a blank; it usually comes with text copied from a page"
        )
    }

    static func noStatement(at span: SourceSpan) -> Self {
        Self(
            .noStatement,
            "no statement: there are only blanks and comments",
            at: span,
            help: "write one, or remove it"
        )
    }

    static func syntax(_ message: String, rawVariable: Bool, at span: SourceSpan) -> Self {
        let remedy =
            rawVariable
            ? "write a variable as `:'name'` for a value, `:\"name\"` for a name"
            : "this is the grammar of PostgreSQL 15; the server has the last word"
        return Self(.syntax, message, at: span, help: remedy)
    }

    static func namelessIndex(at span: SourceSpan) -> Self {
        Self(
            .namelessIndex,
            "`CREATE INDEX CONCURRENTLY` without a name",
            at: span,
            help: "name the index: after a crash it is looked up by its name"
        )
    }

    static func sessionSetting(_ verb: String, _ setting: String, isRole: Bool, at span: SourceSpan) -> Self {
        let shown = setting.isEmpty ? verb : "\(verb) \(setting)"
        let remedy =
            switch (verb, isRole) {
            case ("DISCARD", _): "remove it: every step begins with a clean session"
            case ("RESET", _): "remove it: every step begins with a clean session"
            case (_, true): "write `SET LOCAL`, or put the role under the step's `as:`"
            default: "write `SET LOCAL`, or put the setting under the step's `session:`"
            }
        return Self(
            .sessionSetting,
            "`\(shown)` lasts longer than the transaction",
            at: span,
            severity: .warning,
            help: remedy
        )
    }
}
