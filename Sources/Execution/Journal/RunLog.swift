import CanonicalJSON

/// What a run writes down: journal, state and observer in one, so that they cannot disagree.
///
/// Every text passes the redactor on the way; events reach the observer in the order of the journal. It syncs on the
/// thread that calls it: a sync takes 0.2 ms, and nothing may go on before it, while a queue of its own cost two
/// wake-ups of threads for each event.
actor RunLog {
    nonisolated let redactor = Redactor()

    /// Where the run stands.
    private(set) var state: RunState
    /// When the run began, as the journal says it; nil before its first line.
    private(set) var begun: String?
    private var file: JournalFile
    private let observe: @Sendable (JournalLine) -> Void

    init(
        directory: RunDirectory, after lines: [JournalLine], observe: @escaping @Sendable (JournalLine) -> Void
    ) throws(FileFailure) {
        file = try JournalFile(path: directory.journalPath, after: lines)
        state = RunState(lines.map(\.event))
        begun = lines.first?.time
        self.observe = observe
    }

    /// The hash of the journal's last line, which is in the file: a marker that names it may outlive this process.
    func writtenHead() -> Digest {
        // When that fails, so does the announcement before COMMIT.
        try? file.flush(.written)
        return file.head
    }

    /// Writes down what happened; it may reach the disk with the next announcement.
    ///
    /// What happened counts for the state even when it cannot be written.
    func report(_ event: Event) throws(FileFailure) {
        let event = redactor.redact(event)
        let line = append(event)
        state.apply(event)
        observe(line)
        try file.flush(.pending)
    }

    /// Writes down what is about to happen; it is on disk when this returns.
    ///
    /// What lasts only after a COMMIT need not be `durable`: then it is in the file, where others see it and the end
    /// of this process does not lose it, and `sync` comes before that COMMIT.
    func announce(_ event: Event, durable: Bool = true) throws(FileFailure) {
        let event = redactor.redact(event)
        let line = append(event)
        try file.flush(durable ? .synced : .written)
        state.apply(event)
        observe(line)
    }

    private func append(_ event: Event) -> JournalLine {
        let line = file.append(event, time: CurrentMachine.value.time)
        begun = begun ?? line.time
        return line
    }

    /// Gives the journal back to whoever takes the run up next.
    func close() { file.close() }

    /// Brings everything written down so far onto the disk; says why that failed.
    func sync() -> FileFailure? {
        do throws(FileFailure) { try file.flush(.synced) } catch { return error }
        return nil
    }
}
