import CanonicalJSON
import Diagnostics
import Execution

extension BackupFile {
    /// What it is, in a line.
    var line: String { "\(path.printable): \(facts), SHA-256 \(digest.short)" }

    /// The same with the whole digest, to compare with a file.
    var account: String { "\(path.printable)  \(facts)  SHA-256 \(digest.hex)" }

    private var facts: String { "\(Count(objects, "object")), \(bytes.size)" }
}

extension Int {
    /// So many bytes, in decimal units.
    var size: String {
        let units = ["kB", "MB", "GB", "TB"]
        guard self >= 10_000 else { return "\(self) bytes" }
        var tenths = self / 100
        var unit = 0
        while tenths >= 10_000, unit < units.count - 1 { (tenths, unit) = (tenths / 1000, unit + 1) }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
