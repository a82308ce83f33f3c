public import CanonicalJSON
public import Databases

/// A result as it is kept for comparison: column names, rows as text with NULL apart, and their digest.
public struct CapturedResult: Sendable, Equatable {
    /// The names of the columns.
    public let columns: [String]
    /// The rows; nil when only the digest was kept.
    public let rows: [[String?]]?
    /// How many rows there were.
    public let rowCount: Int
    /// SHA-256 over the values in the order they came; names of columns do not count, since SQLite makes them from the
    /// text of the query.
    public let digest: Digest

    /// Takes a result as it is.
    public init(_ result: StatementResult) {
        columns = result.columns.map(\.name)
        let rows = result.rows.map { $0.map(\.text) }
        self.rows = rows
        rowCount = result.rowCount
        digest = Self.digest(columns.count, rows, count: result.rowCount)
    }

    /// The same without the rows.
    public var fingerprintOnly: CapturedResult {
        CapturedResult(columns: columns, rows: nil, rowCount: rowCount, digest: digest)
    }

    /// Whether another result is the same: as many rows, the same values in the same order.
    public func matches(_ other: CapturedResult) -> Bool { digest == other.digest && rowCount == other.rowCount }

    /// A line for people.
    public var summary: String {
        guard let rows, rowCount <= 5, rows.count == rowCount else {
            return "\(rowCount) rows, digest \(digest.short)"
        }
        return rows.map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }.joined(separator: ", ")
    }

    private init(columns: [String], rows: [[String?]]?, rowCount: Int, digest: Digest) {
        self.columns = columns
        self.rows = rows
        self.rowCount = rowCount
        self.digest = digest
    }

    private static func digest(_ columns: Int, _ rows: [[String?]], count: Int) -> Digest {
        Digest(of: .array([.integer(columns), json(rows), .integer(count)]))
    }

    private static func json(_ rows: [[String?]]) -> JSON { .array(rows.map { .array($0.map(JSON.optional)) }) }
}

extension CapturedResult {
    /// As the journal keeps it.
    public var json: JSON {
        .compact([
            "columns": .array(columns.map(JSON.string)),
            "rows": rows.map(Self.json) ?? .null,
            "count": .integer(rowCount),
            "sha256": .string(digest.hex),
        ])
    }

    /// From the journal; nil when it is not one.
    public init?(json: JSON) {
        guard let columns = json["columns"]?.array?.compactMap(\.string), let count = json["count"]?.integer,
            let digest = json["sha256"]?.string.flatMap(Digest.init(hex:))
        else { return nil }
        self.init(
            columns: columns, rows: json["rows"]?.array?.map { ($0.array ?? []).map(\.string) }, rowCount: count,
            digest: digest)
    }
}
