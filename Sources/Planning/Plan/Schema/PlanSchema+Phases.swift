import Runbooks
import Statements

extension PlanSchema {
    static let ofPhases = [
        PlanObject(
            name: "phase", summary: "A stretch that is done or taken back as one.",
            members: [
                .always("id", .text, "Its name."), .maybe("title", .text, "What it does, in a line."),
                .maybe("description", .text, "What it does, at length."),
                .maybe("needs", .list(.text), "The phases that must be done first."),
                .always("wave", .number(from: 0), "How many phases deep its dependencies go."),
                .maybe("skipped", .text, "Why it takes no part."),
                .maybe("if", .object("check"), "What must pass, or the phase is passed over."),
                .maybe("preconditions", .list(.object("check")), "What must hold before its first step."),
                .maybe("steps", .list(.object("step")), "What it does."),
                .maybe("checks", .list(.object("check")), "What must hold after its last step."),
                .maybe("gate", .object("gate"), "The decision of people."),
                .always("rollback", .object("rollback"), "What takes it back."),
                .always("on_failure", .words(of: FailurePolicy.self), "What its failure does."),
                .maybe("estimate_ms", .either(.number(from: 0), .object("range")), "How long it should take."),
                .maybe("timeout_ms", .number(from: 0), "How long it may take."),
                .always("at", .object("place"), "Where it is written."),
            ]),
        PlanObject(
            name: "gate", summary: "The go/no-go decision of people.",
            members: [
                .always("question", .text, "What they are asked."),
                .maybe("deciders", .list(.text), "Who must answer, by role; without it, whoever runs it."),
                .maybe("timeout_ms", .number(from: 0), "How long they have; silence is no-go."),
                .always("on_no_go", .words(of: FailurePolicy.self), "What a no-go does."),
                .always("moment", .words(of: Gate.Moment.self), "When it is asked."),
                .always("at", .object("place"), "Where it is written."),
            ]),
        PlanObject(
            name: "rollback", summary: "What takes a phase back.",
            members: [
                .maybe("none", .text, "Why there is nothing to take back."),
                .maybe("irreversible", .text, "Why it cannot be taken back."),
                .maybe("steps", .list(.object("step")), "What is done."),
                .maybe("checks", .list(.object("check")), "What must hold then."),
                .maybe("estimate_ms", .either(.number(from: 0), .object("range")), "How long it should take."),
                .maybe("at", .object("place"), "Where it is written."),
            ], choice: ["none", "irreversible", "steps"]),
    ]

    static let ofSteps = [
        PlanObject(
            name: "step", summary: "One action of a phase or of its rollback.",
            members: [
                .always("id", .text, "Its name in the whole plan."), .maybe("title", .text, "What it does, in a line."),
                .always("target", .text, "The database it works on."),
                .always("class", .words(of: StepClass.self), "What a crash can leave of it."),
                .maybe("done_when", .object("check"), "When this passes beforehand, the step is passed over."),
                .maybe("retry", .words(["safe"]), "It may be done again when nobody knows what became of it."),
                .maybe("timeout_ms", .number(from: 0), "How long it may take."),
                .maybe("apply", .object("script"), "Applies SQL."),
                .maybe("run", .object("command"), "Runs a program."),
                .maybe("capture", .object("capture"), "Keeps a result."),
                .maybe("backup", .text, "Writes a backup to this file."),
                .always("at", .object("place"), "Where it is written."),
            ], choice: ["apply", "run", "capture", "backup"]),
        PlanObject(
            name: "script", summary: "SQL, taken apart.",
            members: [
                .maybe("file", .text, "The file it is from; without it, it is written in the runbook."),
                .always("text", .text, "It, byte for byte."), .always("sha256", .digest, "The digest of the text."),
                .always("transaction", .words(of: TransactionMode.self), "How its statements are grouped."),
                .maybe("as", .text, "The role it runs as."),
                .maybe("settings", .list(.object("setting")), "The settings of its transactions."),
                .always("statements", .some(.object("statement")), "Its statements."),
            ]),
        PlanObject(
            name: "statement", summary: "One statement.",
            members: [
                .always("text", .text, "It, with references to variables still in it."),
                .always("verb", .text, "The words it begins with."),
                .always("class", .words(of: StatementClass.self), "What a crash can leave of it."),
                .maybe("index", .object("index"), "The work on an index whose outcome can be looked up."),
                .maybe("vars", .list(.object("reference")), "The variables it refers to."),
                .always("line", .number(from: 1), "The line it begins on."),
            ]),
        PlanObject(
            name: "index", summary: "Work on an index outside transactions.",
            members: [
                .always("action", .words(of: ConcurrentIndex.Action.self), "What is done."),
                .maybe("schema", .text, "Its schema."), .always("name", .text, "Its name."),
                .maybe("table", .text, "Its table."), .maybe("tolerant", .mark, "It may be there, or missing."),
            ]),
        PlanObject(
            name: "reference", summary: "Where a statement refers to a variable.",
            members: [
                .always("name", .text, "The variable."), .always("identifier", .flag, "Whether it becomes a name."),
                .always("from", .number(from: 0), "Its first byte."),
                .always("to", .number(from: 1), "The byte after its last."),
            ]),
        PlanObject(
            name: "command", summary: "A program.",
            members: [
                .always("arguments", .some(.text), "It and its arguments."),
                .maybe("env", .list(.object("variable")), "What it gets in its environment."),
            ]),
        PlanObject(
            name: "capture", summary: "A result that is kept.",
            members: [
                .always("name", .text, "Its name."), .always("query", .object("query"), "What is asked."),
                .maybe("fingerprint", .mark, "Only a digest of the rows is kept."),
            ]),
        PlanObject(
            name: "query", summary: "A statement that is asked.",
            members: [
                .always("statement", .object("statement"), "It."), .maybe("as", .text, "The role it is asked as."),
                .maybe("settings", .list(.object("setting")), "The settings meanwhile."),
            ]),
    ]
}
