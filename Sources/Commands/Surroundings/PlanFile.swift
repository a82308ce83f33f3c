import CanonicalJSON
import Diagnostics
import Execution
import Planning

/// A plan in a file: its canonical JSON and one line feed.
struct PlanFile {
    /// The path, as it was typed.
    let path: String
    /// The same without links.
    let real: String
    /// What it holds.
    let plan: Plan

    /// Whether a file is meant as a plan: it begins with a brace, and is no runbook that is written as JSON.
    static func isPlan(_ bytes: [UInt8]) -> Bool {
        guard bytes.first == UInt8(ascii: "{") else { return false }
        // One that was cut off or edited is a plan still, and is told so.
        guard let json = try? JSON(parsing: bytes) else { return bytes.firstRange(of: Array("\"plan\":".utf8)) != nil }
        return json["plan"] != nil || json["runbook"]?.integer == nil
    }

    /// Reads the plan of a path that was typed.
    ///
    /// - Throws: `UsageError` when it cannot be read, or is not byte for byte what gonogo wrote.
    init(_ path: String) throws(UsageError) {
        let (real, bytes) = try RunbookLoader.read(path)
        guard Self.isPlan(bytes) else {
            throw UsageError(
                RefusalCodes.damagedPlan, "\(path.printable) is not a plan",
                help: "`gonogo plan RUNBOOK -o FILE` makes one", exit: .refused)
        }
        try self.init(path, real, bytes)
    }

    /// Reads the plan of a path; nil when that leads to a runbook.
    init?(ifOne path: String, _ arguments: ParsedArguments) throws(UsageError) {
        let (real, bytes) = try RunbookLoader.read(path)
        guard Self.isPlan(bytes) else { return nil }
        if let option = [OptionSpec.variable, .askServer].first(where: arguments.has) {
            throw UsageError(
                UsageCodes.value, "`\(option.name)`: the plan in \(path.printable) is made already",
                help: "give it to `gonogo plan`", command: arguments.command)
        }
        try self.init(path, real, bytes)
    }

    private init(_ path: String, _ real: String, _ bytes: [UInt8]) throws(UsageError) {
        self.path = path
        self.real = real
        do {
            plan = try Plan(json: JSON(parsing: bytes))
            guard plan.fileBytes == bytes else { throw DamagedPlan.laidOut }
        } catch {
            let problem =
                (error as? DamagedPlan).map { $0.path.isEmpty ? $0.problem : "\($0.path): \($0.problem)" }
                ?? "it is no JSON as plans have it"
            throw UsageError(
                RefusalCodes.damagedPlan,
                "\(path.printable) is not a plan as it was made: \(problem.printable) "
                    + "(the bytes have the digest \(Digest(of: bytes).hex))",
                help: "take the file as it was made, or plan again", exit: .refused)
        }
    }

    /// The folder the paths of its plan start at: what `--root` says, else where its runbook is, beside the file or in the
    /// current folder.
    func root(_ arguments: ParsedArguments) -> String {
        if let root = arguments.value("--root").flatMap(ProjectFiles.resolve) { return root }
        let current = ProjectFiles.root(for: ProcessEnvironment.currentDirectory)
        let beside = ProjectFiles.root(for: real.parentFolder)
        return [beside, current].first { ProjectFiles.resolve($0 + "/" + plan.runbook) != nil } ?? current
    }
}

extension Plan {
    /// The plan as a file holds it.
    var fileBytes: [UInt8] { json.canonicalBytes + [0x0A] }

    /// Writes it to a file of a name that is free, or that holds the same; over another plan only when forced.
    func write(to path: String, isForced: Bool) throws(UsageError) {
        if ProjectFiles.resolve(path) != nil {
            let there = try RunbookLoader.read(path).bytes
            if there == fileBytes { return }
            guard PlanFile.isPlan(there) else { throw .isThere(path, "no plan", nil) }
            guard isForced else { throw .isThere(path, "another plan", "give it another name, or say `--force`") }
        }
        do throws(FileFailure) {
            try DurableFiles.write(fileBytes, to: path)
            try DurableFiles.syncFolder(path.contains("/") ? path.parentFolder : ".")
        } catch {
            throw UsageError(
                UsageCodes.value, "cannot \(error.action) \(error.path.printable): \(error.reason)",
                help: "name a file that can be written", exit: .internal)
        }
    }
}

extension DamagedPlan {
    fileprivate static let laidOut = DamagedPlan(path: "", problem: "it is laid out otherwise than a plan")
}

extension UsageError {
    fileprivate static func isThere(_ path: String, _ what: String, _ help: String?) -> UsageError {
        UsageError(
            UsageCodes.fileIsThere, "\(path.printable) is there already, and is \(what)",
            help: help ?? "give it another name")
    }
}
