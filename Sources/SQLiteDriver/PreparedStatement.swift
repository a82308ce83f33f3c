import CSQLite
import Databases

/// Owns one prepared statement.
struct PreparedStatement: ~Copyable {
    private let pointer: OpaquePointer
    private let library: Library

    /// Prepares exactly one statement: more text after it is refused, as is none.
    init(_ statement: SQLStatement, in library: Library) throws(DatabaseError) {
        guard !statement.text.utf8.contains(0) else { throw .refused("the statement holds a NUL character") }
        var prepared: OpaquePointer?
        var consumed = 0
        var code = SQLITE_OK
        statement.text.withCString { text in
            var tail: UnsafePointer<CChar>?
            code = sqlite3_prepare_v2(library.pointer, text, -1, &prepared, &tail)
            consumed = tail.map { UnsafePointer(text).distance(to: $0) } ?? 0
        }
        guard code == SQLITE_OK else { throw library.error(code, in: statement.text) }
        guard let prepared else { throw .refused("the text holds no statement") }
        let rest = String(decoding: statement.text.utf8.dropFirst(consumed), as: UTF8.self)
        if Words(rest).contains(where: { $0 != ";" }) {
            sqlite3_finalize(prepared)
            throw .refused("the text holds more than one statement")
        }
        do throws(DatabaseError) {
            try Self.bind(statement.values, to: prepared, library)
        } catch {
            sqlite3_finalize(prepared)
            throw error
        }
        pointer = prepared
        self.library = library
    }

    deinit { sqlite3_finalize(pointer) }

    /// Whether SQLite promises that it changes no database file.
    var isReadOnly: Bool { sqlite3_stmt_readonly(pointer) != 0 }

    /// The columns, empty when it returns none.
    var columns: [StatementResult.Column] {
        (0..<sqlite3_column_count(pointer)).map { column in
            StatementResult.Column(
                name: sqlite3_column_name(pointer, column).map { String(cString: $0) } ?? "",
                type: sqlite3_column_decltype(pointer, column).map { String(cString: $0) } ?? ""
            )
        }
    }

    /// Runs on to the next row; says false at the end.
    func step() throws(DatabaseError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw library.error(code)
        }
    }

    /// The values of the current row and their size.
    func row() -> (values: [DatabaseValue], bytes: Int) {
        var bytes = 0
        let values = (0..<sqlite3_data_count(pointer)).map { column in
            let value = self.value(column)
            bytes += max(Int(sqlite3_column_bytes(pointer, column)), 1)
            return value
        }
        return (values, bytes)
    }

    private func value(_ column: Int32) -> DatabaseValue {
        switch sqlite3_column_type(pointer, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(pointer, column))
        case SQLITE_FLOAT:
            return .number(sqlite3_column_text(pointer, column).map { String(cString: $0) } ?? "")
        case SQLITE_TEXT:
            let start = sqlite3_column_text(pointer, column)
            let length = Int(sqlite3_column_bytes(pointer, column))
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(pointer, column)
            let length = Int(sqlite3_column_bytes(pointer, column))
            return .bytes(Array(UnsafeRawBufferPointer(start: start, count: length)))
        default: return .null
        }
    }

    private static func bind(
        _ values: [String?],
        to pointer: OpaquePointer,
        _ library: Library
    ) throws(DatabaseError) {
        for (index, value) in values.enumerated() {
            let parameter = sqlite3_bind_parameter_index(pointer, "$\(index + 1)")
            guard parameter > 0 else { throw .refused("the statement has no parameter $\(index + 1)") }
            let code: Int32
            if let value {
                guard !value.utf8.contains(0) else { throw .refused("a value holds a NUL character") }
                code = gonogo_bind_text(pointer, parameter, value, Int32(value.utf8.count))
            } else {
                code = sqlite3_bind_null(pointer, parameter)
            }
            if code != SQLITE_OK { throw library.error(code) }
        }
        guard values.count == Int(sqlite3_bind_parameter_count(pointer)) else {
            throw .refused("the statement has parameters without a value")
        }
    }
}

extension Library {
    /// An error of reading a statement, with its place in characters.
    fileprivate func error(_ code: Int32, in text: String) -> DatabaseError {
        let error = error(code)
        let offset = Int(sqlite3_error_offset(pointer))
        guard offset >= 0 else { return error }
        let position = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count + 1
        return DatabaseError(kind: error.kind, code: error.code, message: error.message, position: position)
    }
}

extension DatabaseError {
    /// A statement that is not even tried.
    static func refused(_ message: String) -> Self {
        Self(kind: .statement, code: "SQLITE_MISUSE", message: message)
    }
}
