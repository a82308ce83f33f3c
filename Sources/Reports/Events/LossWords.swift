import Diagnostics
public import Execution
import Planning

extension Loss {
    /// What is lost, and how much of it.
    public var words: String {
        let name = what.words.printable
        guard let rows else {
            return "an unknown number of rows of \(name), which could not be counted (\(phase.printable))"
        }
        return what.column == nil
            ? "\(Count(rows, "row")) of \(name) (\(phase.printable))"
            : "\(Count(rows, "row")) with a value in \(name) (\(phase.printable))"
    }
}
