import CanonicalJSON
import Databases
@testable import Execution
import Glibc
import Planning
import TestSupport
import Testing

struct `A program` {
    private func child(_ script: String, for time: Duration = .seconds(20)) -> ChildProcess {
        ChildProcess(
            arguments: ["/bin/sh", "-c", script],
            environment: ["PATH": "/usr/bin:/bin", "A": "ä=b"],
            directory: "/tmp",
            deadline: .now + time
        )
    }

    @Test func `ends with its status, output and complaint`() async throws {
        let ending = try await child("pwd; echo \"$A\" >&2; exit 7").run()
        #expect(ending == .init(status: 7, output: "/tmp\n", complaint: "ä=b\n", killing: nil))
        #expect(try await child("kill -9 $$").run().status == 137)
    }

    @Test func `reads nothing from the terminal`() async throws {
        #expect(try await child("cat; echo done").run().output == "done\n")
    }

    @Test func `may print without end; the beginning and the end are kept`() async throws {
        let ending = try await child("echo first; yes 0123456789 | head -c 50000000; echo last").run()
        #expect(ending.status == 0)
        #expect(ending.output.hasPrefix("first\n"))
        #expect(ending.output.hasSuffix("last\n"))
        #expect(ending.output.contains("bytes left out"))
        #expect(ending.output.utf8.count < 200_000)
    }

    @Test func `is killed in time with all it started`() async throws {
        let directory = try temporaryDirectory()
        let start = ContinuousClock.now
        let ending = try await child(
            "(sleep 60; touch \(directory)/late) & (sleep 60) & echo $! > \(directory)/pid; sleep 60",
            for: .milliseconds(300)
        ).run()
        #expect(ending.killing != nil)
        #expect(start.duration(to: .now) < .seconds(5))
        let grandchild = try #require(readPID("\(directory)/pid"))
        // The signal is sent; the kernel may need a moment on a busy machine.
        for _ in 0..<200 where kill(grandchild, 0) == 0 && !isZombie(grandchild) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(kill(grandchild, 0) != 0 || isZombie(grandchild))
    }

    @Test func `is not waited for by what it left in the background`() async throws {
        let start = ContinuousClock.now
        let ending = try await child("sleep 30 & echo started").run()
        #expect(ending.output == "started\n")
        #expect(start.duration(to: .now) < .seconds(5))
    }

    @Test func `is killed when the run is cancelled`() async throws {
        let task = Task { try await child("sleep 60").run() }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        #expect(try await task.value.killing == "was killed after a signal")
    }

    @Test func `that is not there is said to be so`() async {
        let child = ChildProcess(arguments: ["/no/such"], environment: [:], directory: "/", deadline: nil)
        let failure = await #expect(throws: FileFailure.self) { try await child.run() }
        #expect(failure?.action == "start")
    }

    @Test func `of a step has a few variables, and none of ours`() async throws {
        setenv("PGPASSWORD", "hunter22", 1)
        let scene = try await Scene(.sqlite)
        let file = try temporaryDirectory() + "/env"
        let text = """
            phases:
              - id: one
                steps:
                  - { id: show, run: "env > \(file)", env: { MINE: yes please } }
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .done)
        let lines = try #require(readText(file)).split(separator: "\n")
        let names = Set(lines.map { String($0.prefix { $0 != "=" }) }).subtracting(["_", "SHLVL", "PWD", "OLDPWD"])
        #expect(names == ["PATH", "MINE", "GONOGO_RUN_ID", "GONOGO_STEP_ID"])
        #expect(lines.contains("GONOGO_STEP_ID=one/show"))
    }

    @Test(arguments: engines)
    func `that fails may have done something, so its phase is taken back`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                steps:
                  - statement: CREATE TABLE t (id integer)
                  - run: "echo sorry >&2; exit 9"
                rollback: { statement: DROP TABLE t }
            """
        #expect(try await scene.run(text).outcome == .unwound)
        #expect(scene.failure?.message == "the command ended with exit 9")
        #expect(scene.failure?.detail == "sorry")
        #expect(try await !scene.has("t"))
    }

    private func readText(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private func readPID(_ path: String) -> pid_t? {
        readText(path).flatMap { pid_t($0.split(separator: "\n").first.map(String.init) ?? "") }
    }

    /// Killed, and waiting for a parent that is gone to say goodbye.
    private func isZombie(_ pid: pid_t) -> Bool { readText("/proc/\(pid)/stat")?.contains(") Z ") ?? true }
}
