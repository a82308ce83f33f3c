import CanonicalJSON
public import Execution

/// A journal's line as JSON for programs that follow a run.
public enum EventJSON {
    /// One line of JSON without its end: `v`, `seq`, `ts`, `type` and the members of the event.
    public static func line(_ line: JournalLine) -> String {
        var members = line.event.json
        members["v"] = 1
        members["seq"] = .integer(line.sequence)
        members["ts"] = .string(line.time)
        members["type"] = .string(line.event.type)
        return JSON.object(members).safeLine
    }
}
