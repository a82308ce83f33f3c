import Diagnostics
import Glibc
import Reports

/// `ssh-keygen -Y`, which makes and checks signatures; what it prints is never read, only its exit status counts.
struct SSHKeygen {
    /// A folder of its own for what it reads and writes, which only its owner may enter.
    private let folder: String

    /// Finds the program.
    ///
    /// - Throws: `UsageError` when it is not there.
    init() throws(UsageError) {
        guard Self.isThere else {
            throw UsageError(
                ApprovalCodes.noKeygen, "`ssh-keygen` is not installed, and signatures are made and checked by it",
                help: "install the package openssh-client", exit: .internal)
        }
        let base = ProcessEnvironment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var path = Array("\(base)/gonogo-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else {
            throw UsageError(
                UsageCodes.value, "cannot make a folder in \(base.printable): \(String(cString: strerror(errno)))",
                help: "set TMPDIR to a folder that can be written", exit: .internal)
        }
        folder = String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Takes its folder away.
    func end() {
        for name in ["message", "message.sig"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// A signature in armour under bytes, by the key of a file; a passphrase is asked for at the terminal.
    func sign(_ bytes: [UInt8], key: String, namespace: String) -> String? {
        guard write(bytes, "message"),
            run(["-Y", "sign", "-q", "-n", namespace, "-f", key, "\(folder)/message"], isQuiet: false) == 0
        else { return nil }
        return read("message.sig")
    }

    /// Whether the key that made a signature is somebody's at a time, by a signers file.
    func findsPrincipals(of signature: String, signers: String, at time: String? = nil) -> Bool {
        guard write(Array(signature.utf8), "message.sig") else { return false }
        return run(["-Y", "find-principals", "-s", "\(folder)/message.sig", "-f", signers] + Self.option(time)) == 0
    }

    /// Whether a signature is somebody's, and under these bytes.
    func verifies(
        _ bytes: [UInt8], _ signature: String, of identity: String, namespace: String, signers: String,
        revoked: String? = nil, at time: String? = nil
    ) -> Bool {
        let revocation = revoked.map { ["-r", $0] } ?? []
        guard write(bytes, "message"), write(Array(signature.utf8), "message.sig") else { return false }
        let words =
            ["-Y", "verify", "-f", signers, "-I", identity, "-n", namespace, "-s", "\(folder)/message.sig"] + revocation
            + Self.option(time)
        return run(words, input: "\(folder)/message") == 0
    }

    private static func option(_ time: String?) -> [String] { time.map { ["-O", "verify-time=\($0)"] } ?? [] }

    private static var isThere: Bool {
        let path = ProcessEnvironment.variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").contains { access("\($0)/ssh-keygen", X_OK) == 0 }
    }

    private func write(_ bytes: [UInt8], _ name: String) -> Bool {
        let descriptor = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count
    }

    private func read(_ name: String) -> String? {
        guard case .success(let bytes) = RegularFile.read("\(folder)/\(name)") else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Runs it to its end; its exit status, or -1 when it did not end by itself.
    private func run(_ arguments: [String], input: String = "/dev/null", isQuiet: Bool = true) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // One that asks for a passphrase talks to the terminal itself.
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        if isQuiet { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
        let words = (["ssh-keygen"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        guard posix_spawnp(&pid, "ssh-keygen", &actions, nil, words, environ) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { guard errno == EINTR else { return -1 } }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }
}
