import CanonicalJSON
@testable import Planning
import Testing

struct `A damaged plan` {
    /// Ways to a member, what to put there (nil removes it), and what is said of it.
    static let damages: [(path: [Turn], value: JSON?, says: DamagedPlan)] = [
        (["plan"], 2, .init("", "plan format 2, expected 1")),
        (["plan"], nil, .init("", "`plan` is missing")),
        (["name"], 7, .init("name", "expected text")),
        (["phases"], "none", .init("phases", "expected a list")),
        (["phases"], [], .init("phases", "there are none")),
        (["surprise"], true, .init("surprise", "no plan has this here")),
        (["targets", 0, "engine"], "oracle", .init("targets[0].engine", "`oracle` is not known here")),
        (["targets", 1, "name"], "main", .init("targets", "two have one name")),
        (["vars", 0, "value"], nil, .init("vars[0]", "`value` is missing")),
        (["phases", 1, "id"], nil, .init("phases[1]", "`id` is missing")),
        (["phases", 1, "id"], "prepare", .init("phases[1].id", "two have one name")),
        (["phases", 1, "needs"], ["later"], .init("phases[1].needs[0]", "`later` is no earlier phase")),
        (["phases", 1, "needs"], [], .init("phases[1].needs", "no plan has this here")),
        (["phases", 1, "wave"], 5, .init("phases[1].wave", "expected 1")),
        (["phases", 0, "on_failure"], "hope", .init("phases[0].on_failure", "`hope` is not known here")),
        (["phases", 0, "steps", 0, "class"], "X", .init("phases[0].steps[0].class", "expected \"R\"")),
        (
            ["phases", 0, "steps", 0, "target"], "nowhere",
            .init("phases[0]", "`nowhere` is not one of the plan's targets")
        ),
        (
            ["phases", 0, "steps", 0, "at", "line"], "one",
            .init("phases[0].steps[0].at.line", "expected a whole number")
        ),
        (
            ["phases", 1, "steps", 0, "apply", "text"], "DROP TABLE users;",
            .init("phases[1].steps[0].apply", "`text` is not what `sha256` says")
        ),
        (
            ["phases", 1, "steps", 0, "apply", "statements"], [],
            .init("phases[1].steps[0].apply", "`statements` is empty")
        ),
        (
            ["phases", 1, "steps", 0, "apply", "statements", 0, "vars", 0, "to"], 9999,
            .init("phases[1].steps[0].apply.statements[0]", "`vars` reach beyond `text`")
        ),
        (
            ["phases", 1, "steps", 0, "apply", "statements", 0, "vars", 0, "from"], -1,
            .init("phases[1].steps[0].apply.statements[0].vars[0]", "`from` and `to` are no range")
        ),
        (["phases", 1, "checks", 0, "expect"], [:], .init("phases[1].checks[0].expect", "`command` is missing")),
        (["phases", 1, "checks", 0, "query"], nil, .init("phases[1].checks[0]", "`query` is missing")),
        (["window", "length_ms"], nil, .init("window", "`length_ms` is missing")),
        (["window", "length_ms"], -1, .init("window", "`length_ms` is no length of time")),
        (["window", "start"], "2025-10-18 22:00", .init("window", "`start` is no moment")),
        (
            ["window", "start"], "2025-10-18T22:00:00.000-04:00",
            .init("window.start", "expected \"2025-10-18T22:00:00-04:00\"")
        ),
        (["slo", "data_loss"], "some", .init("slo.data_loss", "`some` is not known here")),
        (["phases", 1, "estimate_ms"], -5, .init("phases[1]", "`estimate_ms` is no length of time")),
        (["phases", 1, "estimate_ms", "from"], 9_000_000, .init("phases[1].estimate_ms", "it is no range")),
        (
            ["budget", "starts", 1, "latest_start_ms"], 0,
            .init("budget.starts[1].latest_start_ms", "expected 13800000")
        ),
        (["budget"], nil, .init("budget", "is missing")),
        (["phases", 1, "rollback"], [:], .init("phases[1].rollback", "`at` is missing")),
    ]

    @Test(arguments: damages.indices)
    func `is refused with its place`(_ index: Int) throws {
        let (path, value, says) = Self.damages[index]
        let whole = try `A plan as a document`.everything().json
        let damaged = try #require(whole.replacing(path[...], with: value))
        #expect(throws: says) { try Plan(json: damaged) }
    }

    @Test(arguments: 1...8)
    func `never crashes the reader, whatever member is missing or wrong`(_ seed: Int) throws {
        let whole = try `A plan as a document`.everything().json
        let paths = whole.paths
        var random = SeededGenerator(seed)
        for _ in 0..<40 {
            let path = try #require(paths.randomElement(using: &random))
            let values: [JSON?] = [nil, .null, "x", -1, [], [:]]
            let value = try #require(values.randomElement(using: &random))
            guard let damaged = whole.replacing(path[...], with: value), damaged != whole else { continue }
            // What can be read is another plan with another digest, which nobody approved.
            do throws(DamagedPlan) {
                let plan = try Plan(json: damaged)
                #expect(plan.digest == Digest(of: damaged))
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
    }
}

extension DamagedPlan {
    fileprivate init(_ path: String, _ problem: String) { self.init(path: path, problem: problem) }
}
