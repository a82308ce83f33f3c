public import CanonicalJSON
import Databases
import Runbooks

/// The JSON Schema (draft-07) of plans, as `gonogo plan -o` keeps them and `--format json` prints them.
public enum PlanSchema {
    /// The schema, the same bytes on every machine.
    public static func json() -> JSON {
        guard case .object(var root) = plan.schema else { return .null }
        root["$schema"] = "http://json-schema.org/draft-07/schema#"
        root["title"] = "gonogo plan"
        root["definitions"] = .object(
            Dictionary(objects.map { ($0.name, $0.schema) }, uniquingKeysWith: { first, _ in first }))
        return .object(root)
    }

    /// Every kind of object a plan has below it.
    static let objects = ofPlan + ofBudget + ofPhases + ofSteps + ofChecks + ofReview

    static let plan = PlanObject(
        name: "plan",
        summary: "A compiled runbook: what will run, in which order, and what takes it back. Its SHA-256 in canonical "
            + "form (RFC 8785), without `digest`, is what people approve.",
        members: [
            .always("plan", .exactly(Plan.format), "The version of this form."),
            .maybe("digest", .digest, "The SHA-256 of the others; only where it is printed, never in a file."),
            .always("name", .text, "The runbook's name."),
            .maybe("title", .text, "What it does, in a line."),
            .maybe("owner", .text, "Who answers for it."),
            .maybe("authors", .list(.text), "Who wrote it, beside the owner."),
            .maybe("risk", .text, "How much is at stake."),
            .always("runbook", .text, "The path of the runbook, from its root."),
            .always("targets", .list(.object("target")), "The databases, in the order of the runbook."),
            .maybe("vars", .list(.object("variable")), "The values SQL refers to."),
            .maybe("roles", .list(.object("role")), "Who may decide and approve."),
            .maybe("approvals", .object("approvals"), "Whose approval it needs."),
            .maybe("lock_wait_ms", .number(from: 0), "How long the locks of one transaction are waited for in all."),
            .maybe("on_disconnect", .words([DisconnectPolicy.resume.rawValue]), "A lost connection is waited for."),
            .maybe("description", .text, "What it does, at length; kept where headings are held against estimates."),
            .maybe("window", .object("window"), "The time in which a run may go forward."),
            .maybe("slo", .object("objective"), "What taking back may cost."),
            .maybe("budget", .object("budget"), "What follows from estimates, window and objective."),
            .always("phases", .list(.object("phase")), "The phases, in the order they are done."),
            .maybe("review", .object("review"), "What its statements do and lock, and what was found."),
        ])

    private static let ofPlan = [
        PlanObject(
            name: "target", summary: "A database.",
            members: [
                .always("name", .text, "Its name in the runbook."),
                .always("engine", .words(of: Engine.self), "Its engine."),
                .always("display", .text, "Its address, without anything secret."),
                .always("url", .text, "The address as the runbook has it."),
                .maybe("sslmode", .text, "How the connection is secured, where that proves no server."),
                .maybe("bound", .object("binding"), "The database the plan was made for."),
            ]),
        PlanObject(
            name: "binding",
            summary: "The database that answered when the plan was made, and what may be touched in it.",
            members: [
                .always("fingerprint", .text, "What tells it from every other."),
                .maybe("database", .text, "Its name on the server."),
                .maybe("version", .text, "The server's version."),
                .always("cycle", .number(from: 1), "How often the work will have been begun there."),
                .maybe("objects", .list(.object("object")), "The entries of its catalog that may be touched."),
                .always("others", .digest, "The digest of all other entries."),
            ]),
        PlanObject(
            name: "object", summary: "An entry of a catalog.",
            members: [
                .always("kind", .text, "`table`, `column`, `index` and so on."),
                .always("name", .text, "Its full name."),
                .always("sha256", .digest, "The digest of its definition."),
            ]),
        PlanObject(
            name: "variable", summary: "A value, or the way to a secret.",
            members: [
                .always("name", .text, "Its name."), .maybe("value", .text, "Its value."),
                .maybe("secret", .object("secret"), "Where it is read from at the moment of use."),
            ], choice: ["value", "secret"]),
        PlanObject(
            name: "secret", summary: "Where a secret is read from.",
            members: [
                .maybe("env", .text, "An environment variable."), .maybe("file", .text, "A file."),
                .maybe("exec", .some(.text), "A program and its arguments."),
            ], choice: ["env", "file", "exec"]),
        PlanObject(
            name: "role", summary: "People who may decide and approve as one.",
            members: [
                .always("name", .text, "Its name."), .maybe("title", .text, "What it is called at length."),
                .always("members", .list(.text), "Who has it."),
            ]),
        PlanObject(
            name: "approvals", summary: "Whose approval a plan needs.",
            members: [
                .always("required", .number(from: 1), "How many people must approve."),
                .always("from", .list(.text), "The roles whose members may."),
                .maybe("not_author", .mark, "Owner and authors do not count."),
                .maybe("expires_ms", .number(from: 0), "How long an approval counts."),
            ]),
        PlanObject(
            name: "place", summary: "Where something is written.",
            members: [
                .always("file", .text, "The file, from the root."), .always("line", .number(from: 1), "The line."),
            ]),
        PlanObject(
            name: "setting", summary: "A name and its value.",
            members: [.always("name", .text, "Its name."), .always("value", .text, "Its value.")]),
    ]
}
