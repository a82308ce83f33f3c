import Diagnostics
import Runbooks
import Statements

extension PlanSchema {
    static let ofChecks = [
        PlanObject(
            name: "check", summary: "A query or a program, and what it must answer.",
            members: [
                .always("id", .text, "Its name in the whole plan."), .always("name", .text, "What it proves."),
                .always("expect", .object("expectation"), "What must be answered."),
                .maybe("target", .text, "The database it asks."),
                .always("severity", .words(of: Check.Severity.self), "Whether its failure stops or only warns."),
                .maybe("retry", .object("retry"), "For how long it is asked again."),
                .maybe("may_write", .mark, "It may write; what it wrote never stays."),
                .maybe("timeout_ms", .number(from: 0), "How long one asking may take."),
                .maybe("each", .list(.object("setting")), "The values of one round of `for_each`."),
                .maybe("query", .object("query"), "What is asked of a database."),
                .maybe("run", .object("command"), "What is asked of a program."),
                .always("at", .object("place"), "Where it is written."),
            ], choice: ["query", "run"]),
        PlanObject(
            name: "retry", summary: "Asking again while a check does not pass.",
            members: [
                .always("for_ms", .number(from: 0), "For how long."),
                .always("every_ms", .number(from: 0), "The pause."),
            ]),
        PlanObject(
            name: "expectation", summary: "What must be answered.",
            members: [
                .maybe("value", .value, "One row, one column, equal to this."),
                .maybe("bounds", .list(.object("bound")), "One row, one column, within these."),
                .maybe("contains", .text, "Text that holds this."), .maybe("matches", .text, "Text that this matches."),
                .maybe("rows", .list(.object("bound")), "So many rows."),
                .maybe("row", .list(.object("cell")), "One row, in which these columns are equal."),
                .maybe("set", .list(.value), "The first column holds exactly these."),
                .maybe("includes", .list(.value), "The first column holds at least these."),
                .maybe("table", .list(.list(.value)), "The whole result, in order."),
                .maybe("same_as", .text, "The same as this capture."),
                .maybe("uses_index", .text, "The plan of the query uses this index."),
                .maybe("error", .object("error"), "The statement fails so."),
                .maybe("command", .object("output"), "The program ends so."),
            ],
            choice: [
                "value", "bounds", "contains", "matches", "rows", "row", "set", "includes", "table", "same_as",
                "uses_index", "error", "command",
            ]),
        PlanObject(
            name: "bound", summary: "One limit of a number.",
            members: [
                .always("is", .words(of: Bound.Relation.self), "Which side."),
                .always("than", .text, "The limit in exact digits: bytes, milliseconds, percent."),
                .always("written", .text, "The limit as it was written."),
            ]),
        PlanObject(
            name: "cell", summary: "A column and its value.",
            members: [.always("column", .text, "The column."), .always("value", .value, "The value.")]),
        PlanObject(
            name: "decimal", summary: "A number with a fraction, in exact digits.",
            members: [.always("number", .text, "Its digits.")]),
        PlanObject(
            name: "error", summary: "How a statement fails.",
            members: [.maybe("sqlstate", .text, "Its code."), .maybe("contains", .text, "What its message holds.")]),
        PlanObject(
            name: "output", summary: "How a program ends, and what it prints.",
            members: [
                .always("exit", .number(from: 0), "Its status."),
                .maybe("stdout", .object("printed"), "What it prints."),
            ]),
        PlanObject(
            name: "printed", summary: "What a program prints.",
            members: [
                .maybe("value", .value, "Exactly this."), .maybe("bounds", .list(.object("bound")), "A number."),
                .maybe("contains", .text, "Text that holds this."), .maybe("matches", .text, "Text that this matches."),
            ], choice: ["value", "bounds", "contains", "matches"]),
    ]

    static let ofReview = [
        PlanObject(
            name: "review", summary: "What the statements of a plan do, and what of it a reviewer should know.",
            members: [
                .maybe("findings", .list(.object("finding")), "What was found, in the order of the plan."),
                .maybe(
                    "statements", .list(.object("impact")), "What statements do and lock; plain changes are left out."),
                .maybe("accepted", .list(.object("acceptance")), "What the runbook leaves as it is."),
            ]),
        PlanObject(
            name: "finding", summary: "Something a reviewer should know, with the way out.",
            members: [
                .always("code", .text, "`gonogo explain` says more of it."),
                .always("severity", .words(of: Severity.self), "Whether it can be left as it is."),
                .always("message", .text, "What was found."), .maybe("help", .text, "The one remedy."),
                .always("at", .object("place"), "Where."), .always("phase", .text, "The phase it is in."),
                .maybe("step", .text, "The step it is in."),
                .maybe("accepted", .text, "Why somebody leaves it as it is."),
                .maybe("loses", .object("loss"), "What a rollback loses, which is counted before it does."),
            ]),
        PlanObject(
            name: "impact", summary: "What one statement does and costs.",
            members: [
                .always("step", .text, "The step it is in."),
                .always("statement", .number(from: 0), "Its place among the statements of the step, from 0."),
                .maybe("does", .list(.text), "What it does, in the order of its text."),
                .maybe("locks", .list(.object("lock")), "The locks that keep somebody waiting, strongest first."),
                .maybe("rewrite", .object("claim"), "It writes a table anew."),
                .maybe("scan", .object("claim"), "It reads a table from beginning to end."),
                .maybe("destroys", .list(.text), "The data that is gone: what holds it is dropped or emptied."),
                .maybe("overwrites", .list(.text), "The rows it deletes and values it writes over."),
                .maybe("unseen", .list(.text), "What of it cannot be seen in its text."),
            ]),
        PlanObject(
            name: "lock", summary: "A lock.",
            members: [
                .always("on", .text, "On what."), .maybe("named", .mark, "`on` is a name."),
                .always("mode", .words(LockMode.allCases.map(\.name)), "How strong."),
            ]),
        PlanObject(
            name: "claim", summary: "Something a statement does, or is to be taken to do.",
            members: [
                .always("words", .text, "Why, or what would make it not so."),
                .maybe("sure", .mark, "It is sure; otherwise it is the worst case."),
            ]),
        PlanObject(
            name: "acceptance", summary: "A kind of finding that is left as it is.",
            members: [
                .always("code", .text, "The code."), .maybe("phase", .text, "The phase; without it, all."),
                .always("reason", .text, "Why."), .always("at", .object("place"), "Where that is written."),
            ]),
    ]
}
