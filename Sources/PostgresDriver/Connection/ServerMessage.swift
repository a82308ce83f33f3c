import CPostgres
import Databases

extension DatabaseError {
    /// What the server said in a failed result.
    init(result: OpaquePointer) {
        let message = result.field(gonogo_diag_message)
        let text = message ?? String(cString: PQresultErrorMessage(result)).firstLineAndRest.first
        self.init(
            kind: .statement,
            code: result.field(gonogo_diag_sqlstate) ?? "",
            message: text,
            detail: result.field(gonogo_diag_detail),
            hint: result.field(gonogo_diag_hint),
            position: result.field(gonogo_diag_position).flatMap { Int($0) },
            context: result.field(gonogo_diag_context)
        )
    }
}

extension Notice {
    /// What the server remarked.
    init(result: OpaquePointer) {
        self.init(
            severity: result.field(gonogo_diag_severity) ?? "NOTICE",
            code: result.field(gonogo_diag_sqlstate) ?? "",
            message: result.field(gonogo_diag_message) ?? ""
        )
    }
}

extension OpaquePointer {
    /// A field of an error or notice; nil when it has none.
    func field(_ code: Int32) -> String? { PQresultErrorField(self, code).map { String(cString: $0) } }
}

extension String {
    /// libpq explains a lost connection over several lines: the first says what, the rest why.
    var firstLineAndRest: (first: String, rest: String?) {
        let lines = split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0 == "\t" || $0 == " " })
        }
        guard let first = lines.first else { return ("the connection was lost", nil) }
        return (first, lines.count > 1 ? lines.dropFirst().joined(separator: " ") : nil)
    }
}
