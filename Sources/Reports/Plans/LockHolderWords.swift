import Diagnostics
public import Execution
import Statements

/// Who would keep a plan waiting if it ran now, a line each.
public enum LockHolderWords {
    /// Nothing when nobody would.
    public static func render(_ holders: [LockHolder]) -> String {
        let lines = holders.prefix(8).map { holder in
            let since = "\(holder.state.isEmpty ? "open" : holder.state.prose) for \((holder.seconds * 1000).duration)"
            let place = holder.object.map { " on \($0.printable)" } ?? ""
            let held = holder.held.map { "holds \($0.name)\(place)" } ?? "has a transaction open"
            return "\(holder.target.printable): \(holder.who.prose) \(held), \(since); "
                + "`\(holder.phase.printable)` would wait (\(holder.wanted.name))"
        }
        let more = holders.count > 8 ? ["and \(holders.count - 8) more"] : []
        return (lines + more).enumerated().map { ($0 == 0 ? "Now        " : "           ") + $1 + "\n" }.joined()
    }
}
