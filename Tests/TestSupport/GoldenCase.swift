import Glibc

/// A folder with inputs and the text that must come of them.
public struct GoldenCase: Sendable, CustomStringConvertible {
    /// Its name, which says what it is about.
    public let name: String
    /// Its path.
    public let folder: String

    /// The cases of a group below `Tests/Golden`, in order of their names.
    public static func all(in group: String) -> [GoldenCase] {
        let folder = root + "/" + group
        return ((try? Files.names(in: folder)) ?? []).map { GoldenCase(name: $0, folder: folder + "/" + $0) }
    }

    /// `Tests/Golden`.
    public static let root =
        #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Golden"

    /// Whether expected texts are to be written anew, by `RECORD=1`.
    public static var isRecording: Bool { getenv("RECORD") != nil }

    /// The name.
    public var description: String { name }

    /// The bytes of one of its files; nil when it is not there.
    public func bytes(_ file: String) -> [UInt8]? {
        guard let file = fopen(folder + "/" + file, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }

    /// One of its files as text; nil when it is not there.
    public func text(_ file: String) -> String? { bytes(file).map { String(decoding: $0, as: UTF8.self) } }

    /// What is expected, after writing `actual` in its place when recording: a recording run must fail.
    public func expected(_ file: String = "expected.txt", recording actual: String) -> String? {
        guard Self.isRecording else { return text(file) }
        if let file = fopen(folder + "/" + file, "w") {
            fputs(actual, file)
            fclose(file)
        }
        return nil
    }
}
