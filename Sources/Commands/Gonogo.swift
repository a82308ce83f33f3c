#if canImport(Glibc)
    import Glibc
#endif

/// The program: arguments in, exit code out.
public enum Gonogo {
    /// Runs one command line; the first argument is the program's own name.
    public static func run(_ arguments: [String]) async -> Int32 { 0 }
}

/// Ends the process.
public func exit(with code: Int32) -> Never { Glibc.exit(code) }
