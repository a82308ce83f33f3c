import CPostgres
import Databases

/// The values of a statement in the form libpq takes them: text, NUL-terminated, or nothing for NULL.
struct Parameters {
    private var bytes: [CChar] = []
    private var offsets: [Int?] = []

    init(_ values: [String?]) throws(DatabaseError) {
        for value in values {
            offsets.append(value == nil ? nil : bytes.count)
            guard let value else { continue }
            guard !value.utf8.contains(0) else {
                throw DatabaseError(kind: .statement, code: "22021", message: "a value holds a NUL character")
            }
            bytes.append(contentsOf: value.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
    }

    /// Sends a statement with these values, always by the extended protocol: it takes one statement and no more.
    func send(_ text: UnsafePointer<CChar>, to connection: OpaquePointer) -> Int32 {
        guard !offsets.isEmpty else { return PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 0) }
        return bytes.withUnsafeBufferPointer { buffer in
            let pointers = offsets.map { offset in offset.flatMap { buffer.baseAddress?.advanced(by: $0) } }
            return PQsendQueryParams(connection, text, Int32(pointers.count), nil, pointers, nil, nil, 0)
        }
    }
}
