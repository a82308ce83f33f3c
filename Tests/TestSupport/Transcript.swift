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
        var text = text.replacing(folder, with: "FOLDER")
        if let server = try? PostgresServer.shared.directory { text = text.replacing(server, with: "SERVER") }
        text = text.replacing(/test_[0-9]+_[0-9]+/, with: "DATABASE")
            .replacing(/r-[0-9]{4}-[a-z0-9]{4}/, with: "RUN")
            .replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?/, with: "TIME")
            .replacing(#/(?m)^[0-9]{2}:[0-9]{2}:[0-9]{2}  /#, with: "TIME ")
            .replacing(/"[0-9a-f]{64}"/, with: "\"DIGEST\"")
            .replacing(/\b[0-9a-f]{64}\b/, with: "DIGEST")
            .replacing(/(Plan|plan|sha256) [0-9a-f]{8}\b/) { "\($0.output.1) DIGEST" }
            .replacing(/"ms":( ?)[0-9]+/) { "\"ms\":\($0.output.1)N" }
            .replacing(/\b[0-9]+ms\b/, with: "Nms")
            .replacing(/(RUN  )[0-9ms]+\b/) { "\($0.output.1)Nms" }
            .replacing(/(PostgreSQL|SQLite) [0-9]+(\.[0-9]+)+/) { "\($0.output.1) VERSION" }
            .replacing(/\b[a-z]+@[A-Za-z0-9.-]+\b(?=\n|")/, with: "OPERATOR")
        return text
    }
}

extension String {
    /// With a line end, and a sign where there was none.
    fileprivate var endingLine: String { hasSuffix("\n") ? self : self + "(no line end)\n" }
}
