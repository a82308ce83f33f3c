import Glibc

/// A process and no other: ids are given out again, also after the machine was started anew.
struct ProcessMark: Sendable, Equatable {
    /// Its id.
    let id: pid_t
    /// When it began, in the kernel's ticks since the machine started (proc(5), `stat`, field 22).
    private let start: String
    /// The machine's start (random(4)).
    private let boot: String

    /// This process.
    static let own = ProcessMark(id: getpid(), start: start(of: getpid()) ?? "", boot: thisBoot)

    private init(id: pid_t, start: String, boot: String) { (self.id, self.start, self.boot) = (id, start, boot) }

    /// Reads `id/start/boot`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let id = pid_t(parts[0]) else { return nil }
        self.init(id: id, start: parts[1], boot: parts[2])
    }

    /// As the ledger keeps it.
    var text: String { "\(id)/\(start)/\(boot)" }

    /// Whether it runs, or stands still, on this machine.
    var isHere: Bool { !start.isEmpty && boot == Self.thisBoot && Self.start(of: id) == start }

    /// Whether it ran on this machine and has ended.
    var isGone: Bool { !start.isEmpty && boot == Self.thisBoot && Self.start(of: id) != start }

    /// Ends it for good; another process that got its id meanwhile is left alone.
    func end() { if isHere { kill(id, SIGKILL) } }

    private static let thisBoot = read("/proc/sys/kernel/random/boot_id") ?? ""

    private static func start(of id: pid_t) -> String? {
        // The name in parentheses may hold anything; after it the third field comes first.
        guard let text = read("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 20, fields[1] != "Z" else { return nil }
        return String(fields[20])
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
}
