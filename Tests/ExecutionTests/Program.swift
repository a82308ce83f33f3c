import Databases
@testable import Execution
import Glibc
import TestSupport

/// The built program, run on a database with a state directory of its own.
struct Program {
    let database: TestDatabase
    let directory: String

    init(_ database: TestDatabase, runbook: String) throws {
        self.database = database
        directory = try temporaryDirectory()
        let text = "runbook: 1\nname: crashing\ndatabases: \"\(database.request.string)\"\n\(runbook)"
        guard let file = fopen(directory + "/r.yaml", "w") else { throw FileFailure("write", directory) }
        fputs(text, file)
        fclose(file)
    }

    /// Runs it with arguments after `gonogo`, the first of which may be a shell's preparation.
    func gonogo(_ arguments: String, killAfter time: Duration = .seconds(60)) async throws -> ChildProcess.Ending {
        try await ChildProcess(
            arguments: ["/bin/sh", "-c", arguments.replacing("gonogo", with: "exec \(Self.path)")],
            environment: ["PATH": "/usr/bin:/bin", "HOME": directory],
            directory: directory,
            deadline: .now + time
        ).run()
    }

    /// The runs in its state directory.
    var runs: [RunDirectory] { (try? RunDirectory.all(state: directory + "/.gonogo")) ?? [] }

    /// Beside the tests' own program.
    private static let path: String = {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
        let own = String(decoding: bytes.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let beside = own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/gonogo"
        guard access(beside, X_OK) != 0 else { return beside }
        // The tests are a library that another program of the toolchain loads.
        return #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/.build/debug/gonogo"
    }()
}
