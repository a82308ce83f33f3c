import Glibc

/// How the real psql splits scripts: it runs them, and its log tells every query it sends.
///
/// Uses the server that PGHOST names, or else a private one of `scripts/with-postgres`. Without either it fails.
enum PsqlOracle {
    /// The queries of each script, as psql sends them, semicolon included.
    static func queries(of scripts: [String], variables: [String: String] = [:]) throws -> [[String]] {
        let directory = try Shell.temporaryDirectory()
        defer { _ = try? Shell.run(["rm", "-rf", directory]) }
        for (index, script) in scripts.enumerated() {
            try Shell.write(Array(script.utf8), to: "\(directory)/\(index).sql")
        }
        // A long text on a command line needs no quoting here: names and values are the tests' own words.
        let settings = variables.sorted { $0.key < $1.key }.flatMap { ["-v", "\($0.key)=\($0.value)"] }
        let loop = """
            cd "$1" && shift && psql -X -q -c '' && for f in *.sql; do
            psql -X -q "$@" -L "$f.log" -o /dev/null -f "$f" </dev/null 2>/dev/null || true; done
            """
        let command = ["sh", "-c", loop, "sh", directory] + settings
        let status = try Shell.run(getenv("PGHOST") == nil ? [wrapper] + command : command)
        guard status == 0 else {
            throw Shell.Failure(description: "no psql, or no server for it: status \(status)")
        }
        return try scripts.indices.map { parse(try Shell.read("\(directory)/\($0).sql.log")) }
    }

    private static var wrapper: String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/scripts/with-postgres"
    }

    private static func parse(_ log: String) -> [String] {
        let opening = "********* QUERY **********\n"
        let closing = "\n**************************\n"
        var rest = log[...]
        var queries: [String] = []
        while let start = rest.firstRange(of: opening),
            let end = rest[start.upperBound...].firstRange(of: closing)
        {
            queries.append(String(rest[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return queries
    }
}

extension Substring {
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var index = utf8.startIndex
        while let found = utf8[index...].firstIndex(of: wanted[0]) {
            if utf8[found...].starts(with: wanted) {
                return found..<utf8.index(found, offsetBy: wanted.count)
            }
            index = utf8.index(after: found)
        }
        return nil
    }
}
