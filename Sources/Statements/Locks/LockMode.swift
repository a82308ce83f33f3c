/// PostgreSQL's modes of locks on a table, weakest first (manual, 13.3.1).
public enum LockMode: Int, Sendable, Hashable, Comparable, CaseIterable {
    case accessShare = 1
    case rowShare
    case rowExclusive
    case shareUpdateExclusive
    case share
    case shareRowExclusive
    case exclusive
    case accessExclusive

    /// As the manual writes it.
    public var name: String {
        switch self {
        case .accessShare: "ACCESS SHARE"
        case .rowShare: "ROW SHARE"
        case .rowExclusive: "ROW EXCLUSIVE"
        case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
        case .share: "SHARE"
        case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
        case .exclusive: "EXCLUSIVE"
        case .accessExclusive: "ACCESS EXCLUSIVE"
        }
    }

    /// The mode of that name.
    public init?(name: String) {
        guard let mode = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = mode
    }

    /// Whom it keeps waiting.
    public var blocks: Blocked {
        switch self {
        case .accessShare, .rowShare, .rowExclusive: .nobody
        case .shareUpdateExclusive: .otherChanges
        case .share, .shareRowExclusive, .exclusive: .writers
        case .accessExclusive: .everybody
        }
    }

    /// Whether a lock of this mode is not given while another session holds one of the other (manual, table 13.2).
    public func conflicts(with other: LockMode) -> Bool {
        let (weaker, stronger) = self < other ? (self, other) : (other, self)
        switch stronger {
        case .accessShare, .rowShare, .rowExclusive: return false
        case .shareUpdateExclusive: return weaker >= .shareUpdateExclusive
        case .share: return weaker == .rowExclusive || weaker == .shareUpdateExclusive
        case .shareRowExclusive: return weaker >= .rowExclusive
        case .exclusive: return weaker >= .rowShare
        case .accessExclusive: return true
        }
    }

    /// The mode as the server's view of locks writes it: `AccessExclusiveLock`.
    public init?(server name: String) {
        let plain = name.replacing("Lock", with: "").lowercased()
        guard let mode = Self.allCases.first(where: { $0.name.replacing(" ", with: "").lowercased() == plain }) else {
            return nil
        }
        self = mode
    }

    /// Who waits while a lock is held.
    public enum Blocked: String, Sendable, Hashable {
        /// Reads and writes go on.
        case nobody
        /// Reads and writes go on; VACUUM and other changes of the table wait.
        case otherChanges = "other changes"
        /// Reads go on.
        case writers
        /// Reads wait, too, also behind the lock while it is itself waited for.
        case everybody
    }

    /// Weaker first.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
