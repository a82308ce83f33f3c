/// Where the files of a runbook come from; planning itself reads nothing.
public protocol FileSource: Sendable {
    /// The bytes of a file, by its path relative to the root as the runbook has it.
    func read(_ path: String) -> Result<[UInt8], FileProblem>
}

/// Why a file cannot be used.
public enum FileProblem: Error, Sendable, Equatable {
    /// It is not there; names in the same folder that may have been meant.
    case missing(near: [String])
    /// The path leads out of the root, to this place.
    case outside(resolved: String)
    /// It is not a regular file, but a directory, a device, a pipe or a link: its kind in words.
    case notAFile(kind: String)
    /// It cannot be read: the system's reason.
    case unreadable(reason: String)
    /// It is larger than a plan takes, in bytes.
    case tooLarge(bytes: Int, limit: Int)
}
