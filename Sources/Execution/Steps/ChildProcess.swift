import CProcess
import Dispatch
import Glibc
import Synchronization

/// A program run to its end, with what it printed kept within bounds.
package struct ChildProcess: Sendable {
    /// The program and its arguments; a name without a slash is looked up in PATH.
    package let arguments: [String]
    /// All of its environment.
    package let environment: [String: String]
    /// Where it starts.
    package let directory: String
    /// When it is killed.
    package let deadline: ContinuousClock.Instant?

    /// How it ended.
    package struct Ending: Sendable, Equatable {
        /// Its exit status, or 128 and the signal's number.
        package let status: Int
        /// What it printed, beginning and end when it was more than is kept.
        package let output: String
        /// What it complained, kept the same way.
        package let complaint: String
        /// Why it was killed, if it was: `did not end in time and was killed`.
        package let killing: String?

        /// An ending by its parts.
        package init(status: Int, output: String, complaint: String, killing: String?) {
            self.status = status
            self.output = output
            self.complaint = complaint
            self.killing = killing
        }
    }

    /// Runs it; the calling task's cancellation kills it and everything it started.
    func run() async throws(FileFailure) -> Ending { try await CurrentMachine.value.run(self) }

    /// Runs it on this machine.
    func runHere() async throws(FileFailure) -> Ending {
        let cancelled = Flag()
        let result: Result<Ending, FileFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Self.queue.async { continuation.resume(returning: runBlocking(cancelled)) }
            }
        } onCancel: {
            cancelled.raise()
        }
        return try result.get()
    }

    /// One thread for each child that runs: a child is waited for with its pipes, which only threads can do together.
    private static let queue = DispatchQueue(label: "gonogo.children", attributes: .concurrent)

    /// What the shell does before it becomes the program: a second one of the same group reads a pipe that this process
    /// holds open, and ends the group when this process is gone, however it went.
    private static let lifeline = """
        exec 3<&0 </dev/null
        { read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 &
        exec 3<&-
        exec "$@"
        """

    private func runBlocking(_ cancelled: Flag) -> Result<Ending, FileFailure> {
        guard isThere else { return .failure(FileFailure("start", arguments[0], errno: ENOENT)) }
        var lifeline: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        var complaint: [Int32] = [-1, -1]
        defer { for end in [lifeline[1], output[0], complaint[0]] where end >= 0 { close(end) } }
        guard pipe2(&lifeline, O_CLOEXEC) == 0, pipe2(&output, O_CLOEXEC) == 0, pipe2(&complaint, O_CLOEXEC) == 0
        else { return .failure(FileFailure("make a pipe for", arguments[0])) }
        var pid: pid_t = 0
        let code = spawn(&pid, input: lifeline[0], output: output[1], complaint: complaint[1])
        for end in [lifeline[0], output[1], complaint[1]] { close(end) }
        guard code == 0 else { return .failure(FileFailure("start", arguments[0], errno: code)) }
        return .success(follow(pid, output: output[0], complaint: complaint[0], cancelled))
    }

    /// Whether the program can be found, as the shell will look for it.
    private var isThere: Bool {
        let name = arguments[0]
        guard !name.contains("/") else {
            return access(name.hasPrefix("/") ? name : directory + "/" + name, X_OK) == 0
        }
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private func spawn(_ pid: inout pid_t, input: Int32, output: Int32, complaint: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, complaint, 2)
        posix_spawn_file_actions_addchdir_np(&actions, directory)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that everything it starts can be ended with it; signals as a new program expects.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let words = CStrings(["/bin/sh", "-c", Self.lifeline, "sh"] + arguments)
        let variables = CStrings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        return posix_spawn(&pid, "/bin/sh", &actions, &attributes, words.pointers, variables.pointers)
    }

    private func follow(_ pid: pid_t, output: Int32, complaint: Int32, _ cancelled: Flag) -> Ending {
        var outputKept = Kept()
        var complaintKept = Kept()
        var status: Int32 = 0
        var killing: String?
        var ended = false
        var open: Set<Int32> = [output, complaint]
        // After its end a moment is left for what is still in the pipes; a grandchild that holds them is not awaited.
        while !ended || !open.isEmpty {
            var polled = [output, complaint].filter(open.contains).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let ready = poll(&polled, nfds_t(polled.count), ended ? 0 : 20)
            for entry in polled where entry.revents != 0 {
                let more = entry.fd == output ? outputKept.take(output) : complaintKept.take(complaint)
                if !more { open.remove(entry.fd) }
            }
            if ended, ready <= 0 { break }
            if !ended { ended = waitpid(pid, &status, WNOHANG) == pid }
            guard !ended, killing == nil else { continue }
            if cancelled.isRaised { killing = "was killed after a signal" }
            if deadline.map({ $0 <= .now }) ?? false { killing = "did not end in time and was killed" }
            if killing != nil { kill(-pid, SIGKILL) }
        }
        kill(-pid, SIGKILL)
        let signal = status & 0x7F
        return Ending(
            status: signal == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(signal), output: outputKept.text,
            complaint: complaintKept.text, killing: killing)
    }
}

/// The beginning and the end of what a child printed.
private struct Kept {
    private var beginning: [UInt8] = []
    private var end: [UInt8] = []
    private var dropped = 0
    private static let limit = 32 << 10

    var text: String {
        let middle = dropped > 0 ? "\n... \(dropped) bytes left out ...\n" : ""
        return String(decoding: beginning, as: UTF8.self) + middle + String(decoding: end, as: UTF8.self)
    }

    /// Reads what is there; false at the end.
    mutating func take(_ descriptor: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count < 0 && errno == EINTR }
        let room = max(0, Self.limit - beginning.count)
        beginning += buffer[..<min(room, count)]
        if count > room {
            end += buffer[min(room, count)..<count]
            if end.count > 2 * Self.limit {
                dropped += end.count - Self.limit
                end.removeFirst(end.count - Self.limit)
            }
        }
        return true
    }
}

/// A sign that can be given once, from anywhere.
final class Flag: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .acquiring) }

    func raise() { raised.store(true, ordering: .releasing) }
}

/// Texts as a C program takes them: an array of pointers that ends with a null pointer.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }
}
