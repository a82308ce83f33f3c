import Glibc
import Testing

/// Texts that were looked at once and must not change by accident.
enum Golden {
    /// Compares with the file of that name; with `RECORD=1` writes it instead, and fails, so that nobody forgets.
    static func expect(_ text: String, is name: String, location: SourceLocation = #_sourceLocation) {
        let path = folder + "/" + name
        if getenv("RECORD") != nil {
            write(text, to: path)
            Issue.record("recorded \(name)", sourceLocation: location)
            return
        }
        guard let wanted = read(path) else {
            Issue.record("no golden file \(name): record it with RECORD=1", sourceLocation: location)
            return
        }
        let place = firstDifference(text, wanted)
        #expect(text == wanted, "\(name) differs: \(place)", sourceLocation: location)
    }

    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/Golden/reports"

    private static func firstDifference(_ text: String, _ wanted: String) -> String {
        let found = text.split(separator: "\n", omittingEmptySubsequences: false)
        let expected = wanted.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in found.enumerated() where index >= expected.count || line != expected[index] {
            return "line \(index + 1) is `\(line)`"
        }
        return "it ends early"
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String, to path: String) {
        var made = ""
        for part in path.split(separator: "/").dropLast() {
            made += "/" + part
            mkdir(made, 0o755)
        }
        guard let file = fopen(path, "w") else { return }
        fputs(text, file)
        fclose(file)
    }
}
