import Diagnostics
import Testing

@testable import Execution
@testable import Reports

struct `A duration` {
    @Test(arguments: [
        (0, "0ms"), (412, "412ms"), (999, "999ms"), (1000, "1s"), (41_000, "41s"), (59_999, "59s"),
        (60_000, "1m"),
        (192_000, "3m12s"), (1_867_000, "31m07s"), (3_600_000, "1h"), (4_741_000, "1h19m"),
        (11_700_000, "3h15m"),
        (86_400_000, "1d"), (97_200_000, "1d03h"), (-5, "-5ms"),
    ]) func `reads as people say it`(_ milliseconds: Int, _ words: String) {
        #expect(milliseconds.duration == words)
    }
}

struct `A text that is too wide` {
    @Test(arguments: [
        ("short", 10, "short", "short"), ("exactly-10", 10, "exactly-10", "exactly-10"),
        ("abcdefghijklmno", 10, "abcd...mno", "abcdefg..."), ("数据库迁移计划", 10, "数据...划", "数据库..."),
        ("abcdef", 3, "...", "..."), ("abcdef", 1, ".", "."), ("abcdef", 0, "", ""),
        (
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", 5, "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"
        ),
    ]) func `loses its middle or its end`(
        _ text: String,
        _ width: Int,
        _ shortened: String,
        _ clipped: String
    ) {
        #expect(text.shortened(to: width) == shortened)
        #expect(text.clipped(to: width) == clipped)
        #expect(text.shortened(to: width).displayWidth <= width)
        #expect(text.clipped(to: width).displayWidth <= width)
    }
}

struct `A code of a failure` {
    @Test(arguments: [("42P01", " [42P01]"), ("SQLITE_BUSY", " [SQLITE_BUSY]"), ("", ""), ("superseded", "")])
    func `is told where it is a server's`(_ code: String, _ words: String) {
        #expect(code.inBrackets == words)
    }
}

struct `A moment of a journal` {
    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0), ("1970-01-01T00:00:00Z", 0),
        ("2000-03-01T00:00:00.001Z", 951_868_800_001),
        ("2024-02-29T23:59:59.999Z", 1_709_251_199_999), ("2025-10-19T03:14:52.120Z", 1_760_843_692_120),
    ]) func `counts from 1970`(_ text: String, _ milliseconds: Int) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "yesterday", "2025-10-19", "2025-13-19T03:14:52Z", "2025-10-19T03:14:5xZ",
        "20-5-10-19T03:14:52.1",
    ])
    func `is nothing when it is written otherwise`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }
}

struct `Every event` {
    @Test func `is among the samples`() {
        let types = Set(SampleRun.all.flatMap(\.events).map(\.type))
        #expect(
            types == [
                "run.started", "phase.started", "phase.catalogs", "phase.skipped", "phase.done", "phase.failed",
                "step.started",
                "step.committing", "step.applied", "step.passed_over", "step.failed", "captured",
                "check.finished",
                "gate.asked", "gate.decided", "notice", "unwind.started", "rollback.started", "rollback.done",
                "rollback.failed", "unwind.barrier", "run.finished",
            ]
        )
    }

    @Test func `has a line unless another event says the same`() {
        for event in SampleRun.all.flatMap(\.events) where EventLine.plain(SampleRun.line(event)) == nil {
            #expect(
                ["phase.catalogs", "step.started", "step.committing", "notice"].contains(event.type), "\(event.type)")
        }
    }

    @Test func `is told in one line in a log, with the time first and the phase second`() {
        let check = SampleRun.check("m007", "unknown tenant sees nothing", .fail, found: "1204331")
        #expect(
            EventLine.plain(SampleRun.line(check))
                == "2025-10-19T03:00:00Z m007      FAIL unknown tenant sees nothing: expected 0, found 1204331 "
                + "(v2.runbook.yaml:193)"
        )
    }

    @Test func `about a condition is left to the phase that begins or is skipped`() {
        let check = SampleRun.check("m007", "the table is large", .fail, moment: .condition)
        #expect(EventLine.plain(SampleRun.line(check)) == nil)
        #expect(EventLine.terminal(SampleRun.line(check), clock: "22:08:41") == nil)
    }
}
