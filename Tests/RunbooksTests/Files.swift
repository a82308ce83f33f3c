import Diagnostics
import Glibc
import Runbooks

/// The files tests read, found from this one.
enum Files {
    /// `Tests/Golden`.
    static let golden =
        String(#filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()) + "/Golden"

    /// The bytes of a file, or nil.
    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }

    /// Writes a file.
    static func write(_ path: String, _ text: String) {
        guard let file = fopen(path, "w") else { return }
        defer { fclose(file) }
        fputs(text, file)
    }

    /// The names in a folder, sorted.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

/// Decodes a text and says what was found, as a person reads it.
func decode(
    _ bytes: [UInt8],
    name: String = "runbook.yaml",
    environment: [String: String] = [:]
) -> (runbook: Runbook?, rendered: String, findings: [Diagnostic]) {
    var findings = Findings()
    let source = SourceText(name: name, bytes: bytes)
    let runbook = RunbookDecoder.decode(source, environment: environment, findings: &findings)
    let sorted = findings.all.inSourceOrder()
    return (runbook, sorted.map { $0.rendered() }.joined(), sorted)
}
