import CPostgres
import Databases

/// How the text form of a column's values becomes values.
enum ValueForm {
    case boolean
    case integer
    case number
    case bytes
    case text

    /// The form of a type's values.
    init(type: Oid) {
        switch type {
        case 16: self = .boolean
        case 20, 21, 23, 26: self = .integer
        case 700, 701, 1700: self = .number
        case 17: self = .bytes
        default: self = .text
        }
    }

    /// The value written in these bytes.
    func value(_ bytes: UnsafeBufferPointer<UInt8>) -> DatabaseValue {
        switch self {
        case .boolean: return .boolean(bytes.first == UInt8(ascii: "t"))
        case .integer:
            let text = String(decoding: bytes, as: UTF8.self)
            return Int64(text).map { .integer($0) } ?? .number(text)
        case .number: return .number(String(decoding: bytes, as: UTF8.self))
        case .text: return .text(String(decoding: bytes, as: UTF8.self))
        case .bytes:
            return bytes.hexadecimal.map { .bytes($0) } ?? .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The bytes written as `\x` and pairs of hexadecimal digits.
    fileprivate var hexadecimal: [UInt8]? {
        guard count >= 2, count.isMultiple(of: 2), self[0] == UInt8(ascii: "\\"), self[1] == UInt8(ascii: "x")
        else {
            return nil
        }
        var result: [UInt8] = []
        result.reserveCapacity(count / 2 - 1)
        for index in stride(from: 2, to: count, by: 2) {
            guard let high = self[index].hexadecimalDigit, let low = self[index + 1].hexadecimalDigit else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return result
    }
}

extension UInt8 {
    /// The worth of a hexadecimal digit.
    var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// The names of types by their oid: the common ones are known, others are asked for once.
struct TypeNames {
    private var learned: [Oid: String] = [:]

    /// The name, when it is known.
    func name(of type: Oid) -> String? { Self.common[type] ?? learned[type] }

    /// Keeps what the server answered.
    mutating func learn(_ name: String, for type: Oid) { learned[type] = name }

    /// Types of the system catalog never change their oid.
    private static let common: [Oid: String] = [
        16: "bool", 17: "bytea", 18: "char", 19: "name", 20: "int8", 21: "int2", 22: "int2vector", 23: "int4",
        24: "regproc", 25: "text", 26: "oid", 27: "tid", 28: "xid", 29: "cid", 30: "oidvector", 114: "json",
        142: "xml", 199: "_json", 600: "point", 601: "lseg", 602: "path", 603: "box", 604: "polygon",
        628: "line", 650: "cidr", 700: "float4", 701: "float8", 705: "unknown", 718: "circle",
        774: "macaddr8",
        790: "money", 829: "macaddr", 869: "inet", 1000: "_bool", 1001: "_bytea", 1002: "_char",
        1003: "_name",
        1005: "_int2", 1007: "_int4", 1009: "_text", 1014: "_bpchar", 1015: "_varchar", 1016: "_int8",
        1021: "_float4", 1022: "_float8", 1028: "_oid", 1033: "aclitem", 1034: "_aclitem", 1042: "bpchar",
        1043: "varchar", 1082: "date", 1083: "time", 1114: "timestamp", 1115: "_timestamp", 1182: "_date",
        1184: "timestamptz", 1185: "_timestamptz", 1186: "interval", 1187: "_interval", 1231: "_numeric",
        1266: "timetz", 1560: "bit", 1562: "varbit", 1700: "numeric", 1790: "refcursor", 2202: "regprocedure",
        2205: "regclass", 2206: "regtype", 2249: "record", 2278: "void", 2950: "uuid", 2951: "_uuid",
        3220: "pg_lsn", 3614: "tsvector", 3615: "tsquery", 3802: "jsonb", 3807: "_jsonb", 3904: "int4range",
        3906: "numrange", 3908: "tsrange", 3910: "tstzrange", 3912: "daterange", 3926: "int8range",
        4072: "jsonpath", 4089: "regnamespace", 4096: "regrole", 5069: "xid8",
    ]
}
