import Dispatch
import Glibc
import Synchronization

/// The built program in a folder of a test's own, with an environment of which every variable is known.
public struct Program: Sendable {
    /// The folder it starts in, without links in its path.
    public let folder: String
    /// Its environment.
    public private(set) var environment: [String: String]

    /// In a new folder, or in one that is there.
    public init(in folder: String? = nil) throws {
        self.folder = try folder ?? temporaryDirectory()
        environment = [
            "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin",
            "HOME": self.folder, "LANG": "C.UTF-8", "TZ": "UTC", "USER": "tester",
        ]
    }

    /// With a file more; its folders are made.
    public func file(_ path: String, _ text: String) throws -> Program {
        try Files.write(text, to: "\(folder)/\(path)")
        return self
    }

    /// With a variable more, or without it.
    public func setting(_ name: String, _ value: String?) -> Program {
        var copy = self
        copy.environment[name] = value
        return copy
    }

    /// Runs it to its end, with nothing to read.
    public func run(_ arguments: String...) async throws -> Answer { try await run(arguments) }

    /// Runs it to its end, with nothing to read.
    public func run(_ arguments: [String]) async throws -> Answer {
        try await tool([Self.path] + arguments)
    }

    /// Runs any program the same way.
    public func tool(_ arguments: [String]) async throws -> Answer {
        let call = Call(arguments: arguments, environment: environment, directory: folder)
        return try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Result { try call.answer() }) }
        }
    }

    /// Starts it and returns at once.
    public func start(_ arguments: String...) throws -> RunningProgram { try start(tool: [Self.path] + arguments) }

    /// Starts any program the same way.
    public func start(tool arguments: [String]) throws -> RunningProgram {
        try RunningProgram(Call(arguments: arguments, environment: environment, directory: folder))
    }

    /// Starts it at a terminal.
    public func terminal(_ arguments: String...) throws -> Terminal {
        try Terminal(Call(arguments: [Self.path] + arguments, environment: environment, directory: folder))
    }

    /// Where the program is: beside the tests that were built with it.
    public static let path: String = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let executable = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        // The tests are a library that a runner of the toolchain may have opened: its path is among the arguments.
        let places = [executable] + CommandLine.arguments
        let folders = places.compactMap { place in place.lastIndex(of: "/").map { String(place[..<$0]) } }
        return folders.map { "\($0)/gonogo" }.first { access($0, X_OK) == 0 } ?? "gonogo"
    }()

    private static let queue = DispatchQueue(label: "gonogo.tests.programs", attributes: .concurrent)
}

/// What a program printed, and how it ended.
public struct Answer: Sendable, Equatable {
    /// Standard output.
    public var output: String
    /// Standard error.
    public var errors: String
    /// The exit status, or 128 and the number of the signal that ended it.
    public var status: Int32
}

/// One call of a program.
struct Call: Sendable {
    let arguments: [String]
    let environment: [String: String]
    let directory: String

    /// Runs it to its end.
    func answer() throws -> Answer { try RunningProgram(self).finish() }
}

/// A program that runs, with pipes at its output; it ends with the test at the latest.
public final class RunningProgram: Sendable {
    /// Its process id.
    public let process: Int32
    private let output: Int32
    private let errors: Int32
    private let isFinished = Atomic(false)

    init(_ call: Call) throws {
        let (output, errors) = (try Pipe(), try Pipe())
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { for descriptor in [nothing, output.writing, errors.writing] { close(descriptor) } }
        process = try Spawning(
            arguments: call.arguments,
            environment: call.environment,
            directory: call.directory
        ).start((nothing, output.writing, errors.writing))
        (self.output, self.errors) = (output.reading, errors.reading)
    }

    deinit {
        // What nobody waited for, because the test failed before, must not go on by itself.
        if !isFinished.load(ordering: .relaxed) {
            kill(process, SIGKILL)
            _ = status(of: process)
        }
    }

    /// Sends it a signal.
    public func signal(_ number: Int32) { kill(process, number) }

    /// Reads all it prints, and waits for its end, or ends it after three minutes.
    public func finish() -> Answer {
        let deadline = ContinuousClock.now.advanced(by: .seconds(180))
        var read: [Int32: [UInt8]] = [output: [], errors: []]
        var open = [output, errors]
        while !open.isEmpty {
            var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polled, nfds_t(polled.count), 1000)
            if deadline < .now { kill(process, SIGKILL) }
            for entry in polled where entry.revents != 0 {
                let bytes = readSome(entry.fd)
                read[entry.fd]? += bytes
                if bytes.isEmpty { open.removeAll { $0 == entry.fd } }
            }
        }
        [output, errors].forEach { close($0) }
        isFinished.store(true, ordering: .relaxed)
        return Answer(
            output: String(decoding: read[output] ?? [], as: UTF8.self),
            errors: String(decoding: read[errors] ?? [], as: UTF8.self),
            status: status(of: process)
        )
    }
}

/// What can be read now; nothing at the end.
func readSome(_ descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &buffer, buffer.count)
    return Array(buffer.prefix(max(0, count)))
}
