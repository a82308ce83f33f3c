import CFiles
import Diagnostics
import Execution
import Glibc
import Planning

/// The files below a root; nothing outside of it is read, and nothing that is not a regular file.
struct ProjectFiles: FileSource {
    /// The root, resolved.
    let root: String
    private let folder: Folder

    init(root: String) {
        self.root = root
        folder = Folder(path: root)
    }

    func read(_ path: String) -> Result<[UInt8], FileProblem> {
        if path.hasPrefix("/") { return .failure(.outside(resolved: path)) }
        // Before anything is looked up: whether a file outside is there, and what lies beside it, is nobody's business.
        if path.leavesItsFolder { return .failure(.outside(resolved: path)) }
        let descriptor = open_beneath(folder.descriptor, path)
        if descriptor >= 0 { return RegularFile.read(closing: descriptor) }
        return readResolved(path)
    }

    /// Reads a file the long way: where the kernel cannot or will not open it beneath the root (an absolute link may
    /// lead back into it), and to say what is wrong with the path.
    private func readResolved(_ path: String) -> Result<[UInt8], FileProblem> {
        guard let real = Self.resolve(root + "/" + path) else {
            let isMissing = errno == ENOENT || errno == ENOTDIR
            return .failure(isMissing ? .missing(near: near(path)) : .unreadable(reason: RegularFile.reason))
        }
        guard real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
            return .failure(.outside(resolved: real))
        }
        return RegularFile.read(real)
    }

    /// The root of a runbook in a folder: the folder, or the one above a folder called `runbooks`.
    static func root(for folder: String) -> String {
        guard folder.hasSuffix("/runbooks"), let slash = folder.lastIndex(of: "/") else { return folder }
        return slash > folder.startIndex ? String(folder[..<slash]) : "/"
    }

    /// The real path, without links and dots.
    static func resolve(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Names in the folder of a missing file that may have been meant.
    private func near(_ path: String) -> [String] {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let wanted = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let names = (try? DurableFiles.names(in: root + "/" + folder)) ?? []
        let best = names.map { (name: $0, distance: $0.editDistance(to: wanted)) }
            .filter { $0.distance <= max(3, wanted.count / 3) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return best.prefix(2).map { folder == "." ? $0.name : "\(folder)/\($0.name)" }
    }
}

/// A folder held open, so that paths can be opened below it.
private final class Folder: Sendable {
    let descriptor: CInt

    init(path: String) { descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

    deinit { close(descriptor) }
}

extension String {
    /// Whether a relative path has more steps up than down at any point of it.
    fileprivate var leavesItsFolder: Bool {
        var depth = 0
        for part in split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }
}
