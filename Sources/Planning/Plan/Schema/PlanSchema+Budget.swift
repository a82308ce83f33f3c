import Runbooks

extension PlanSchema {
    /// What is said of time, and of what taking back may cost.
    static let ofBudget = [
        PlanObject(
            name: "window", summary: "The time in which a run may go forward.",
            members: [
                .always("length_ms", .number(from: 0), "How long it is."),
                .maybe("start", .text, "When it begins (RFC 3339); without it, when the run does."),
                .always("at", .object("place"), "Where it is written."),
            ]),
        PlanObject(
            name: "objective", summary: "What taking back may cost.",
            members: [
                .maybe("rollback_ms", .number(from: 0), "How long it may take to take everything back."),
                .maybe("data_loss", .words(of: DataLoss.self), "Which data may be lost by it."),
                .always("at", .object("place"), "Where it is written."),
            ]),
        PlanObject(
            name: "budget",
            summary: "What follows from estimates, window and objective; times count from the beginning.",
            members: [
                .always("least_ms", .number(from: 0), "How long the phases take at least."),
                .always("expected_ms", .number(from: 0), "How long they should take, side by side where they may."),
                .always("most_ms", .number(from: 0), "How long they take at most, as far as is known."),
                .maybe("starts", .list(.object("start")), "When each phase may begin at the latest."),
                .maybe("no_return", .list(.text), "The phases after which there is no way back."),
                .maybe("last_return_ms", .moment, "Until when everything can be taken back inside the window."),
            ]),
        PlanObject(
            name: "start", summary: "When a phase may begin, so that it can still be taken back inside the window.",
            members: [
                .always("phase", .text, "The phase."),
                .maybe("most_ms", .number(from: 0), "How long it takes at most."),
                .always(
                    "unwind_ms", .number(from: 0), "How long it takes to take it back, and what was done before it."),
                .maybe("latest_start_ms", .moment, "When it may begin at the latest."),
                .maybe("no_promise", .mark, "Something has no estimate, so that nothing is promised."),
            ]),
        PlanObject(
            name: "range", summary: "A length of time that is known only roughly.",
            members: [
                .always("from", .number(from: 0), "The least."), .always("to", .number(from: 0), "The most."),
            ]),
        PlanObject(
            name: "loss", summary: "A table or a column whose contents go with a rollback.",
            members: [
                .always("target", .text, "The database."), .maybe("schema", .text, "The schema, where one is written."),
                .always("table", .text, "The table."), .maybe("column", .text, "The column; without it, the table."),
                .maybe("search_path", .text, "Where its name is looked up, when not by the usual path."),
                .maybe("written_later", .mark, "A later phase writes into it, too."),
            ]),
    ]
}
