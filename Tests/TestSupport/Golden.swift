import Glibc

/// Texts kept in files, compared exactly.
public enum Golden {
    /// Compares a text with `Tests/Golden/<name>`; with RECORD=1 it is written anew.
    ///
    /// - Throws: `TestFailure` where they differ, and after writing: what was recorded is to be read before it is kept.
    public static func compare(_ text: String, _ name: String) throws {
        let path = "\(Files.package)/Tests/Golden/\(name)"
        let kept = (try? Files.read(path)) ?? ""
        guard text != kept else { return }
        guard getenv("RECORD") == nil else {
            try Files.write(text, to: path)
            throw TestFailure("recorded \(name)")
        }
        throw TestFailure("not as in Tests/Golden/\(name):\n\(difference(kept, text))")
    }

    /// The lines that differ, from the first to the last.
    private static func difference(_ expected: String, _ actual: String) -> String {
        var (left, right) = (lines(expected)[...], lines(actual)[...])
        while let one = left.first, one == right.first {
            (left, right) = (left.dropFirst(), right.dropFirst())
        }
        while let one = left.last, one == right.last { (left, right) = (left.dropLast(), right.dropLast()) }
        return (left.map { "- \($0)" } + right.map { "+ \($0)" }).joined(separator: "\n")
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
