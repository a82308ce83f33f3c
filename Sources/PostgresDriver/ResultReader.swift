import CPostgres
import Databases

/// Gathers the answers to one statement, as many rows as the limits allow.
struct ResultReader {
    private let limits: ResultLimits
    private var names: [String] = []
    private var forms: [ValueForm] = []
    private var rows: [[DatabaseValue]] = []
    private var rowCount = 0
    private var bytes = 0
    private var isFull = false
    private var tag = ""

    /// The types of the columns.
    private(set) var types: [Oid] = []
    /// The first error; a lost connection adds others that say less.
    private(set) var error: DatabaseError?
    /// Whether anything was answered.
    private(set) var isTouched = false

    init(limits: ResultLimits) { self.limits = limits }

    /// Takes one answer in.
    mutating func take(_ result: OpaquePointer, _ status: ExecStatusType) {
        isTouched = true
        switch status {
        case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
            if names.isEmpty { describe(result) }
            for row in 0..<PQntuples(result) { keep(result, row) }
            if status == PGRES_TUPLES_OK { tag = String(cString: PQcmdStatus(result)) }
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            tag = String(cString: PQcmdStatus(result))
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
            refuse(DatabaseError(result: result))
        default: break
        }
    }

    /// Makes the statement a failed one, unless it already is.
    mutating func refuse(_ reason: DatabaseError) { error = error ?? reason }

    /// The result, with the remarks made meanwhile.
    func result(notices: [Notice], typeName: (Oid) -> String) -> StatementResult {
        let columns = zip(names, types).map { StatementResult.Column(name: $0, type: typeName($1)) }
        return StatementResult(tag: tag, columns: columns, rows: rows, rowCount: rowCount, notices: notices)
    }

    private mutating func describe(_ result: OpaquePointer) {
        for column in 0..<PQnfields(result) {
            let type = PQftype(result, column)
            names.append(String(cString: PQfname(result, column)))
            types.append(type)
            forms.append(ValueForm(type: type))
        }
    }

    private mutating func keep(_ result: OpaquePointer, _ row: Int32) {
        rowCount += 1
        guard !isFull else { return }
        let size = (0..<Int32(forms.count)).reduce(0) { $0 + Int(PQgetlength(result, row, $1)) }
        guard rows.count < limits.rows, bytes + size <= limits.bytes else {
            isFull = true
            return
        }
        bytes += size
        rows.append(
            forms.enumerated().map { index, form in
                let column = Int32(index)
                guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column)
                else {
                    return .null
                }
                let length = Int(PQgetlength(result, row, column))
                return start.withMemoryRebound(to: UInt8.self, capacity: length) {
                    form.value(UnsafeBufferPointer(start: $0, count: length))
                }
            }
        )
    }
}
