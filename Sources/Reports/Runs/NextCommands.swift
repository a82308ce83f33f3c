import Diagnostics

/// The commands that come next, as a person would type them here.
public struct NextCommands: Sendable {
    /// How the runbook is planned; nil when its file is not known.
    let plan: String?
    private let options: [String]

    /// - Parameters:
    ///   - runbook: the runbook's path as it was typed.
    ///   - planOptions: what its planning needs besides, such as variables, unquoted.
    ///   - options: what leads other commands to the run, such as `--state DIR`, unquoted.
    public init(runbook: String?, planOptions: [String] = [], options: [String] = []) {
        plan = runbook.map { Self.line(["plan", $0] + planOptions) }
        self.options = options
    }

    /// A command on a run.
    public func words(_ command: String, _ run: String? = nil, _ rest: [String] = []) -> String {
        Self.line([command] + [run].compactMap { $0 } + rest + options)
    }

    /// How a run goes on that stopped, and the other way out.
    public func goOn(_ run: String, waitingAt gates: [String] = [], nothingStands: Bool = false) -> String {
        let decisions = gates.flatMap { ["--gate", "\($0)=go"] }
        let purpose = nothingStands ? "give it up" : "take back what stands"
        return "Next   \(words("resume", run, decisions))\nor     \(words("rollback", run))  to \(purpose)"
    }

    /// How a run goes on with a step in doubt: of a program a person must say what became of it.
    func decide(_ run: String, _ program: String?, nothingStands: Bool) -> String {
        guard let program else { return goOn(run, nothingStands: nothingStands) }
        return "Next   look what became of it, then: "
            + words("resolve", run, [program, "--as", "applied", "--reason", "WHY"])
            + "\n       or --as not-applied, or --as skip"
    }

    /// A command line, as a shell takes it.
    public static func line(_ words: [String]) -> String {
        (["gonogo"] + words.map { $0.printable.quotedForShell }).joined(separator: " ")
    }
}

extension String {
    /// As one word of a shell.
    fileprivate var quotedForShell: String {
        let isPlain = !isEmpty && utf8.allSatisfy { $0.isLetterOrDigit || "/._-+:@%,=".utf8.contains($0) || $0 >= 0x80 }
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
