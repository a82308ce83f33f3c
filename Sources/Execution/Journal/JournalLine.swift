public import CanonicalJSON

/// One line of a journal: an event in the envelope that orders it and ties it to the line before.
public struct JournalLine: Sendable, Equatable {
    /// Its number, from 1, without gaps.
    public let sequence: Int
    /// When, UTC, RFC 3339 with milliseconds.
    public let time: String
    /// What happened.
    public let event: Event
    /// SHA-256 over the line before's hash and this line's canonical bytes.
    public let hash: Digest

    /// The form of the lines; another has another number.
    static let form = 1

    /// The hash before the first line.
    public static let origin = Digest(of: "gonogo journal 1")

    /// Makes the line that follows `previous` and its bytes, with the line end.
    public static func next(
        _ event: Event, sequence: Int, time: String, after previous: Digest
    ) -> (line: JournalLine, bytes: [UInt8]) {
        var members = event.json
        members["v"] = .integer(form)
        members["seq"] = .integer(sequence)
        members["ts"] = .string(time)
        members["type"] = .string(event.type)
        members["prev"] = .string(previous.hex)
        let hash = Digest(of: Array(previous.hex.utf8) + JSON.object(members).canonicalBytes)
        members["hash"] = .string(hash.hex)
        let line = JournalLine(sequence: sequence, time: time, event: event, hash: hash)
        return (line, JSON.object(members).canonicalBytes + [0x0A])
    }

    /// Reads a whole journal and proves its chain.
    ///
    /// A last line without its line end was torn by a crash and is left out.
    /// - Throws: `DamagedJournal` with the number of the first line that is not what it was.
    public static func read(_ bytes: [UInt8]) throws(DamagedJournal) -> [JournalLine] {
        var lines: [JournalLine] = []
        var previous = origin
        for (index, text) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().enumerated() {
            guard let json = try? JSON(parsing: text), var members = json.object,
                let written = members.removeValue(forKey: "hash")?.string.flatMap(Digest.init(hex:)),
                members["seq"] == .integer(index + 1), members["prev"] == .string(previous.hex)
            else { throw DamagedJournal(line: index + 1, problem: "not a line of this journal") }
            guard Digest(of: Array(previous.hex.utf8) + JSON.object(members).canonicalBytes) == written else {
                throw DamagedJournal(line: index + 1, problem: "hash mismatch")
            }
            guard let form = members["v"]?.integer, form == Self.form else {
                let found = members["v"].map(\.canonicalText) ?? "none"
                throw DamagedJournal(
                    line: index + 1, problem: "written in form \(found), and this version reads form \(Self.form)")
            }
            guard let event = Event(json: .object(members)) else {
                throw DamagedJournal(line: index + 1, problem: "an event this version does not know")
            }
            lines.append(
                JournalLine(sequence: index + 1, time: members["ts"]?.string ?? "", event: event, hash: written))
            previous = written
        }
        return lines
    }
}

/// A journal that cannot be followed.
public struct DamagedJournal: Error, Sendable, Equatable {
    /// The first line that is wrong, from 1.
    public let line: Int
    /// What is wrong with it.
    public let problem: String
}
