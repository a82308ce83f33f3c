import Glibc

/// The process's environment, user, host and folders.
enum ProcessEnvironment {
    /// Every variable.
    static let variables: [String: String] = {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                result[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }()

    /// The few variables every command of a runbook gets: enough to find programs, and nothing that could be secret.
    static var forChildren: [String: String] {
        let names = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "TERM"]
        return variables.filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }
    }

    /// `user@host`.
    static var operatorName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? String(getuid())
        return "\(user)@\(host)"
    }

    /// The current folder, resolved.
    static var currentDirectory: String { ProjectFiles.resolve(".") ?? "." }

    /// HH:MM:SS, local.
    static var clock: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(
            separator: ":"
        )
    }

    /// Whether people can be asked: standard input and standard error are terminals.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }
}
