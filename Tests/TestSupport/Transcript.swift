import Glibc

extension Program {
    /// A call with everything it printed and its end, in one text, with what changes from run to run replaced.
    public func transcript(_ arguments: [String], _ answer: Answer) -> String {
        let call =
            "$ gonogo " + arguments.map { $0.contains(" ") || $0.isEmpty ? "'\($0)'" : $0 }.joined(separator: " ")
        var parts = [call + "\n"]
        if !answer.output.isEmpty { parts.append(answer.output.endingLine) }
        if !answer.errors.isEmpty { parts.append("--- standard error\n" + answer.errors.endingLine) }
        parts.append("--- exit \(answer.status)\n")
        return settled(parts.joined())
    }

    /// A text without what changes from run to run: names of runs, times, durations, folders, databases, digests.
    public func settled(_ text: String) -> String {
        var text = text.replacing(folder, with: "FOLDER").replacing(Self.operatorName, with: "OPERATOR")
        if let server = try? PostgresServer.shared.directory { text = text.replacing(server, with: "SERVER") }
        text = text.replacing(/test_[0-9]+_[0-9]+/, with: "DATABASE")
            .replacing(/SHA256:[A-Za-z0-9+\/]{43}/, with: "SHA256:KEY")
            .replacing(/identity [0-9]+:[0-9]+/, with: "identity FINGERPRINT")
            .replacing(/r-[0-9]{4}-[a-z0-9]{4}/, with: "RUN")
            .replacing(/\bpid [0-9]+/, with: "pid PID")
            .replacing(/\bsession [0-9]+/, with: "session PID")
            .replacing(/--nonce [a-z0-9]{6}/, with: "--nonce NONCE")
            .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?/, with: "TIME")
            .replacing(#/(?m)^[0-9]{2}:[0-9]{2}:[0-9]{2}  /#, with: "TIME ")
            .replacing(/\b([0-9a-f]{64}|[0-9a-f]{8})\b/, with: "DIGEST")
            .replacing(/\.plan\.[0-9]+\.new/, with: ".plan.NUMBER.new")
            .replacing(/"databases":\{"main":"[^"]*"/, with: "\"databases\":{\"main\":\"FINGERPRINT\"")
            .replacing(/"ms":( ?)[0-9]+/) { "\"ms\":\($0.output.1)N" }
            .replacing(/(PostgreSQL|SQLite) [0-9]+(\.[0-9]+)+/) { "\($0.output.1) VERSION" }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(settledLine).joined(separator: "\n")
    }

    /// Durations replaced; where one stood, or in the head of a table of runs, columns no longer line up.
    private func settledLine(_ line: Substring) -> String {
        let settled = line.replacing(/\b[0-9]+(ms|s)\b/, with: "N")
        guard settled != line || line.hasPrefix("run  ") else { return String(line) }
        let margin = settled.prefix { $0 == " " }
        return String(margin) + settled.dropFirst(margin.count).replacing(#/ {2,}/#, with: "  ")
    }

    /// Who the program says runs it.
    private static let operatorName: String = {
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let name = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? String(getuid())
        return "\(user)@\(name)"
    }()
}

extension String {
    /// With a line end, and a sign where there was none.
    fileprivate var endingLine: String { hasSuffix("\n") ? self : self + "(no line end)\n" }
}
