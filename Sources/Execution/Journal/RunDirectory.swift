import CanonicalJSON
import Databases
import Glibc
public import Planning

/// The folder of one run: its plan, its journal, and the catalogs it compared.
public struct RunDirectory: Sendable {
    /// The run's name, which is the folder's.
    public let run: String
    /// Its path.
    public let path: String

    package init(run: String, path: String) {
        self.run = run
        self.path = path
    }

    var journalPath: String { path + "/journal.jsonl" }
    private var planPath: String { path + "/plan.json" }

    /// The folder of a run below a state directory.
    init(run: String, state: String) { self.init(run: run, path: state + "/runs/" + run) }

    /// Makes sure that a run's files can be made below a state directory: that it can be written, and has some room.
    static func probe(_ state: String) throws(FileFailure) {
        try DurableFiles.makeFolders(state + "/runs")
        let path = state + "/runs/.probe"
        try DurableFiles.write([UInt8](repeating: 0x0A, count: 1 << 16), to: path)
        CurrentMachine.value.disk.remove(path)
    }

    /// Makes the folder of a new run below a state directory and writes its plan.
    public static func create(run: String, plan: Plan, state: String) throws(FileFailure) -> RunDirectory {
        try DurableFiles.makeFolders(state + "/runs")
        let directory = RunDirectory(run: run, state: state)
        let disk = CurrentMachine.value.disk
        guard disk.makeFolder(directory.path) == 0 else { throw FileFailure("make", directory.path) }
        guard disk.makeFolder(directory.path + "/catalogs") == 0 else { throw FileFailure("make", directory.path) }
        try DurableFiles.write([], to: directory.journalPath)
        try DurableFiles.write(plan.json.canonicalBytes, to: directory.planPath)
        try directory.secure()
        return directory
    }

    /// Makes sure that the folder and the names in it last.
    func secure() throws(FileFailure) {
        try DurableFiles.syncFolder(path)
        try DurableFiles.syncFolder(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
    }

    /// The runs below a state directory, newest first; none when it is not there.
    public static func all(state: String) throws(FileFailure) -> [RunDirectory] {
        let found = try DurableFiles.names(in: state + "/runs").compactMap {
            name -> (directory: RunDirectory, time: Int)? in
            let directory = RunDirectory(run: name, state: state)
            return directory.time.map { (directory, $0) }
        }
        return found.sorted { ($0.time, $0.directory.run) > ($1.time, $1.directory.run) }.map(\.directory)
    }

    /// When it was made; nil for a folder without files of a run, and 0 for one that cannot be looked into.
    private var time: Int? {
        var status = stat()
        for path in [planPath, journalPath] {
            if stat(path, &status) == 0 {
                // A run that lost its plan is a run; one that died before it had written it is none.
                guard path == planPath || status.st_size > 0 else { return nil }
                return status.st_mtim.tv_sec * 1_000_000 + status.st_mtim.tv_nsec / 1000
            }
            guard errno == ENOENT || errno == ENOTDIR else { return 0 }
        }
        return nil
    }

    /// The plan the run carries out.
    ///
    /// One that is only shown need not be proved in every detail.
    public func plan(forShowing isShown: Bool = false) throws(RunUnreadable) -> Plan {
        do {
            return try Plan(json: JSON(parsing: DurableFiles.read(planPath)), isTrusted: isShown)
        } catch let error as FileFailure {
            throw RunUnreadable(path: planPath, reason: error.reason)
        } catch let error as DamagedPlan {
            throw RunUnreadable(path: planPath, reason: "\(error.path): \(error.problem)")
        } catch {
            throw RunUnreadable(path: planPath, reason: "not a plan")
        }
    }

    /// The journal so far, its chain proved.
    public func journal() throws(RunUnreadable) -> [JournalLine] {
        do {
            return try JournalLine.read(DurableFiles.read(journalPath))
        } catch let error as FileFailure {
            throw RunUnreadable(path: journalPath, reason: error.reason)
        } catch let error as DamagedJournal {
            throw RunUnreadable(path: journalPath, reason: "journal line \(error.line): \(error.problem)")
        } catch {
            throw RunUnreadable(path: journalPath, reason: "not a journal")
        }
    }

    /// The lines of its journal up to the first that is not what it was; none when there is no journal.
    func goodLines() -> [JournalLine] {
        guard let bytes = try? DurableFiles.read(journalPath) else { return [] }
        do throws(DamagedJournal) {
            return try JournalLine.read(bytes)
        } catch {
            return (try? JournalLine.read(Self.lines(error.line - 1, of: bytes))) ?? []
        }
    }

    /// The first lines, byte for byte.
    private static func lines(_ count: Int, of bytes: [UInt8]) -> [UInt8] {
        Array(bytes.split(separator: 0x0A, omittingEmptySubsequences: false).prefix(count).flatMap { $0 + [0x0A] })
    }

    /// Makes the folder when it is not there, and writes the plan unless it is there whole; whether it was written.
    func restore(_ plan: Plan) throws(FileFailure) -> Bool {
        try DurableFiles.makeFolders(path + "/catalogs")
        if let there = try? self.plan(), there.work == plan.work { return false }
        try DurableFiles.write(plan.json.canonicalBytes, to: planPath)
        return true
    }

    /// Leaves so many lines of the journal, which is kept as it was under another name; that name.
    func cutJournal(to count: Int) throws(FileFailure) -> String? {
        let disk = CurrentMachine.value.disk
        var old: String?
        let bytes = (try? DurableFiles.read(journalPath)) ?? []
        if !bytes.isEmpty {
            var number = 1
            while disk.exists("\(journalPath).old-\(number)") { number += 1 }
            old = "\(journalPath).old-\(number)"
            try DurableFiles.write(bytes, to: "\(journalPath).old-\(number)")
        }
        try DurableFiles.write(Self.lines(count, of: bytes), to: journalPath)
        try DurableFiles.syncFolder(path)
        return old
    }

    /// Whether it did something that it wrote down: an empty journal then is not as it was.
    public var hasTraces: Bool {
        var status = stat()
        if stat(journalPath, &status) == 0, status.st_size > 0 { return true }
        return (try? DurableFiles.names(in: path + "/catalogs"))?.isEmpty == false
    }

    /// Whether a process writes its journal now.
    public var isHeld: Bool {
        let disk = CurrentMachine.value.disk
        let descriptor = disk.open(journalPath, O_RDONLY)
        guard descriptor >= 0 else { return false }
        defer { JournalFile.release(descriptor, disk) }
        return disk.lock(descriptor) != 0
    }

    /// The plan and the journal, which tells whether the plan is the one the run began with.
    public func planAndJournal() throws(RunUnreadable) -> (Plan, [JournalLine]) {
        let plan = try plan()
        return (plan, try journal(of: plan))
    }

    /// The journal, which tells whether a plan is the one the run began with.
    func journal(of plan: Plan) throws(RunUnreadable) -> [JournalLine] {
        let lines = try journal()
        // A run that died at once has a journal without a first line.
        let begun = RunState(lines.map(\.event)).plan
        guard begun.isEmpty || plan.digest.hex == begun else {
            throw RunUnreadable(path: planPath, reason: "it is not the plan the run began with")
        }
        return lines
    }

    /// Keeps a catalog under its digest, once.
    func keep(_ catalog: CatalogSnapshot) throws(FileFailure) -> Digest {
        let json = JSON.array(
            catalog.entries.map {
                .array([.string($0.kind), .string($0.name), .string($0.definition), .string($0.arrangement)])
            })
        let digest = Digest(of: json)
        let file = path + "/catalogs/" + digest.hex
        if !CurrentMachine.value.disk.exists(file) {
            try DurableFiles.write(json.canonicalBytes, to: file)
        }
        // Also when it is there: whoever wrote it may have died before the name was sure to last.
        try DurableFiles.syncFolder(path + "/catalogs")
        return digest
    }

    /// A catalog that was kept; nil when it is not there or not what its digest says.
    func catalog(_ digest: String) -> CatalogSnapshot? {
        guard let bytes = try? DurableFiles.read(path + "/catalogs/" + digest), Digest(of: bytes).hex == digest,
            let rows = try? JSON(parsing: bytes).array
        else { return nil }
        return CatalogSnapshot(
            rows.compactMap { row in
                guard let texts = row.array?.compactMap(\.string), texts.count == 4 else { return nil }
                return CatalogEntry(kind: texts[0], name: texts[1], definition: texts[2], arrangement: texts[3])
            })
    }
}

/// A run whose files cannot be followed.
public struct RunUnreadable: Error, Sendable, Equatable {
    /// The file.
    public let path: String
    /// Why.
    public let reason: String

    /// The run, by the folder the file is in.
    public var run: String { path.split(separator: "/").dropLast().last.map(String.init) ?? path }

    /// Whether the one who asks may not read it.
    public var isDenied: Bool { reason == FileFailure("read", path, errno: EACCES).reason }

    /// Whether it is the plan, not the journal.
    public var isPlan: Bool { path.hasSuffix("/plan.json") }
}
