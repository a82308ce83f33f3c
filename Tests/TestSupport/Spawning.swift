import CProcess
import Glibc

/// Starts a program; what it is not given it does not have.
struct Spawning {
    /// The program and its arguments; a name without a slash is looked up in PATH.
    let arguments: [String]
    /// All of its environment; nil for that of this process.
    var environment: [String: String]?
    /// Where it starts.
    var directory: String?
    /// The path of a terminal it gets as its own, in place of the streams.
    var terminal: String?
    /// Whether signals sent to the group of this process reach it.
    var inOwnSession = true

    /// Its standard streams; nil leaves one as it is here.
    typealias Streams = (input: Int32?, output: Int32?, errors: Int32?)

    /// - Returns: its process id.
    func start(_ streams: Streams) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [(0, streams.input), (1, streams.output), (2, streams.errors)] {
            if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number)) }
        }
        if let terminal {
            // The leader of a session gets the first terminal it opens as its own.
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which the Glibc module leaves out
        let flags = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | (inOwnSession ? newSession : 0)
        posix_spawnattr_setflags(&attributes, flags)
        return try spawn(&actions, &attributes)
    }

    private func spawn(
        _ actions: inout posix_spawn_file_actions_t,
        _ attributes: inout posix_spawnattr_t
    ) throws -> pid_t {
        let command = directory.map { ["env", "-C", $0] + arguments } ?? arguments
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            (environment ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process: pid_t = 0
        let status =
            if environment == nil {
                posix_spawnp(&process, command[0], &actions, &attributes, &words, environ)
            } else {
                posix_spawnp(&process, command[0], &actions, &attributes, &words, &variables)
            }
        guard status == 0 else {
            throw TestFailure("\(arguments[0]) cannot be started: \(String(cString: strerror(status)))")
        }
        return process
    }
}

/// A pipe that other children do not inherit.
struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        // Closed on exec from the first moment: a child that another thread starts must not keep it open.
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw TestFailure("no pipe") }
        (reading, writing) = (ends[0], ends[1])
    }
}

/// Waits for a child to end.
///
/// - Returns: its exit status, or 128 and the number of the signal that ended it.
func status(of process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
}

/// Something around a test went wrong.
public struct TestFailure: Error, CustomStringConvertible {
    /// What.
    public let description: String

    /// With its words.
    public init(_ description: String) { self.description = description }
}
