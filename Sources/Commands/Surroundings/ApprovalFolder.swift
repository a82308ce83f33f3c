import CanonicalJSON
import Diagnostics
import Execution
import Glibc
import Planning

/// The folder beside a plan with what people say of it, a file for each role and person.
struct ApprovalFolder {
    /// Its path.
    let path: String

    /// The folder of a plan, by the path that was typed.
    init(of file: PlanFile) { path = file.path + ".approvals" }

    /// What is in it, and the names of what cannot be read as an approval.
    func files() throws(UsageError) -> (files: [ApprovalFile], damaged: [String]) {
        let names: [String]
        do throws(FileFailure) { names = try DurableFiles.names(in: path).sorted() } catch { throw .unusable(error) }
        var files: [ApprovalFile] = []
        var damaged: [String] = []
        for name in names where !name.hasSuffix(".new") {
            let real = ProjectFiles.resolve("\(path)/\(name)") ?? ""
            guard case .success(let bytes) = RegularFile.read(real), let file = ApprovalFile(name: name, bytes: bytes)
            else {
                damaged.append(name)
                continue
            }
            files.append(file)
        }
        return (files, damaged)
    }

    /// Writes what somebody says; who decides anew in a role takes back what they said before.
    func write(_ approval: Approval, signature: String?) throws(UsageError) -> String {
        let who = Digest(of: approval.identity).short
        let name = "\(path)/\(approval.role)-\(who).json"
        do throws(FileFailure) {
            if mkdir(path, 0o755) != 0, errno != EEXIST { throw FileFailure("make", path) }
            try DurableFiles.write(approval.fileBytes(signature: signature), to: name)
            // It is for others to read, and holds nothing that they could not.
            chmod(name, 0o644)
            try DurableFiles.syncFolder(path)
            try DurableFiles.syncFolder(path.contains("/") ? path.parentFolder : ".")
        } catch {
            throw .unusable(error)
        }
        return name
    }
}

extension UsageError {
    fileprivate static func unusable(_ failure: FileFailure) -> UsageError {
        UsageError(
            UsageCodes.value, "cannot \(failure.action) \(failure.path.printable): \(failure.reason)",
            help: "the folder of the plan must be readable, and for approving writable", exit: .internal)
    }
}
