import CPostgres
import Databases

/// One parameter of a connection, by libpq's keyword.
struct ConnectionSetting: Sendable {
    let keyword: String
    let value: String
}

/// A connection string taken apart by libpq's rules, without ever repeating a part that could be a secret.
struct ConnectionString: Sendable {
    /// The parameters it sets.
    let settings: [ConnectionSetting]

    /// Reads a URL or `key=value` text.
    init(_ text: String) throws(DatabaseError) {
        let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        if isURL { try Self.checkEscapes(text) }
        var message: UnsafeMutablePointer<CChar>?
        guard !text.utf8.contains(0), let options = PQconninfoParse(text, &message) else {
            // libpq's message quotes what it could not read, which may be a piece of a password.
            PQfreemem(message)
            throw .unreadable(isURL ? .url : .other)
        }
        defer { PQconninfoFree(options) }
        settings = Self.settings(options)
        if isURL { try checkParts(of: text) }
    }

    /// Whether a password is written in it.
    var holdsPassword: Bool { settings.contains { $0.keyword == "password" || $0.keyword == "sslpassword" } }

    /// Where it leads, as far as it says itself, and without anything that could be a secret.
    ///
    /// What libpq takes from `PG*` variables and the name of the system's user is left out: a plan shows this, and two
    /// people on two machines must get the same plan. What answered is in the identity of the session.
    var display: String {
        func part(_ keyword: String) -> String? {
            settings.first { $0.keyword == keyword && !$0.value.isEmpty }?.value
        }
        if let service = settings.first(where: { $0.keyword == "service" })?.value {
            return "service=\(service)"
        }
        let user = part("user").map { $0.percentEncoded + "@" } ?? ""
        let database = (part("dbname") ?? part("user"))?.percentEncoded ?? ""
        let port = part("port") ?? "5432"
        guard let host = part("host") ?? part("hostaddr"), !host.hasPrefix("/") else {
            let directory = part("host").map { "host=\($0)" }
            let query = [directory, port == "5432" ? nil : "port=\(port)"].compactMap { $0 }.joined(
                separator: "&"
            )
            return "postgres://\(user)/\(database)" + (query.isEmpty ? "" : "?\(query)")
        }
        return "postgres://\(user)\(Self.addresses(host, port))/\(database)"
    }

    /// The `sslmode` that is written, where another host is named and the mode does not prove which server answers.
    var unverified: String? {
        func part(_ keyword: String) -> String? { settings.first { $0.keyword == keyword }?.value }
        let hosts = (part("host") ?? part("hostaddr") ?? "").split(separator: ",")
        let isElsewhere = hosts.contains { !$0.hasPrefix("/") && !["localhost", "127.0.0.1", "::1"].contains($0) }
        guard isElsewhere, let mode = part("sslmode") else { return nil }
        return ["disable", "allow", "prefer", "require"].contains(mode) ? mode : nil
    }

    /// `a:1,b:2` from the two lists libpq keeps.
    private static func addresses(_ hosts: String, _ ports: String) -> String {
        let names = hosts.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = ports.split(separator: ",", omittingEmptySubsequences: false)
        return names.enumerated().map { index, name in
            let number = numbers.count == 1 ? numbers[0] : index < numbers.count ? numbers[index] : "5432"
            let host = name.contains(":") ? "[\(name)]" : String(name)
            return number.isEmpty || number == "5432" ? host : "\(host):\(number)"
        }.joined(separator: ",")
    }

    private static func settings(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [ConnectionSetting] {
        var result: [ConnectionSetting] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                result.append(
                    ConnectionSetting(keyword: String(cString: keyword), value: String(cString: value))
                )
            }
            option += 1
        }
        return result
    }

    private static func checkEscapes(_ text: String) throws(DatabaseError) {
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") {
            let digits = bytes[(index + 1)...].prefix(2)
            guard digits.count == 2, digits.allSatisfy({ $0.hexadecimalDigit != nil }) else {
                throw .unreadable(.escape)
            }
        }
    }

    /// Refuses URLs in which an unescaped character of a password moved a piece of it into another part.
    private func checkParts(of text: String) throws(DatabaseError) {
        let visible = settings.filter { ["host", "port", "dbname", "user"].contains($0.keyword) }
        let ats = visible.reduce(0) { $0 + $1.value.utf8.count { $0 == UInt8(ascii: "@") } }
        guard ats <= text.ranges(of: "%40").count else { throw .unreadable(.at) }
        let port = settings.first { $0.keyword == "port" }?.value ?? ""
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ",") }) else {
            throw .unreadable(.port)
        }
    }
}

extension String {
    /// With everything escaped that has a meaning in a URL.
    fileprivate var percentEncoded: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x80...:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}

extension DatabaseError {
    fileprivate enum Flaw {
        case url
        case other
        case escape
        case at
        case port
    }

    fileprivate static func unreadable(_ flaw: Flaw) -> Self {
        let (message, hint): (String, String?) =
            switch flaw {
            case .url:
                (
                    "the connection URL cannot be read",
                    "write postgres://user@host:port/database, after a `?` only parameters of libpq such as sslmode=require; "
                        + "a password comes from PGPASSFILE or a service"
                )
            case .other:
                (
                    "the connection string cannot be read",
                    "write postgres://user@host:port/database, or key=value pairs such as host=... dbname=...; "
                        + "an SQLite file is sqlite:PATH"
                )
            case .escape:
                (
                    "a `%` in the connection URL is not followed by two hexadecimal digits",
                    "write `%` as `%25`"
                )
            case .at:
                (
                    "the connection URL holds an `@` too many",
                    "in a user name or a password, write `@` as `%40`"
                )
            case .port:
                (
                    "the port in the connection URL is not a number",
                    "in a password, write `/` as `%2F`, `:` as `%3A` and `@` as `%40`"
                )
            }
        return Self(kind: .connection, message: message, hint: hint)
    }
}
