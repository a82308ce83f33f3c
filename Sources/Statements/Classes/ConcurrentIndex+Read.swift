extension ConcurrentIndex {
    /// The concurrent work on an index that a finished statement asks PostgreSQL for.
    ///
    /// For statements whose variables are bound. Nil for any other statement, and where the name is written with `U&`.
    public static func asked(by text: String) -> ConcurrentIndex? {
        let bytes = Array(text.utf8)
        let segment = Segment(range: 0..<bytes.count, tokens: 0, references: [])
        return PostgresClassifier.classify(segment, in: bytes).concurrentIndex
    }
}
