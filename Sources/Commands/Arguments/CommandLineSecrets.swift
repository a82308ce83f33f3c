import Diagnostics

/// Passwords on a command line, which every list of processes shows.
enum CommandLineSecrets {
    /// Refuses them before anything else is looked at, and repeats no part of the argument.
    static func refuse(in arguments: [String]) throws(UsageError) {
        for argument in arguments {
            if let scheme = argument.firstRange(of: "://") {
                try refuse(inURL: argument[scheme.upperBound...])
            }
            guard !holdsPasswordSetting(argument) else { throw .password }
        }
    }

    private static func refuse(inURL rest: Substring) throws(UsageError) {
        // A password may hold a slash that should have been escaped, so the last `@` ends it, wherever it stands.
        let address = rest.prefix { $0 != "?" }
        guard let at = address.lastIndex(of: "@") else { return }
        let user = address[..<at]
        guard !user.contains("@") else {
            throw UsageError(
                UsageCodes.password,
                "a connection URL has more than one `@` (its value is not shown)",
                help: "`@` in a password is written %40, and a password does not belong on a command line"
            )
        }
        guard !user.contains(":") else { throw .password }
    }

    /// `password=...` alone, in `key=value` text, or among the parameters of a URL.
    private static func holdsPasswordSetting(_ argument: String) -> Bool {
        let words = argument.lowercased().split { " \t\n&?".contains($0) }
        return words.contains { word in
            ["password", "sslpassword", "passwd", "pwd"].contains { name in
                word.hasPrefix(name) && word.dropFirst(name.count).drop { $0.isWhitespace }.hasPrefix("=")
            }
        }
    }
}

extension UsageError {
    fileprivate static var password: UsageError {
        UsageError(
            UsageCodes.password,
            "a password on the command line is visible to every user of this machine",
            help: "use ~/.pgpass, PGPASSFILE or a service file (the value is not shown)"
        )
    }
}
