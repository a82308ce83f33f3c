import Glibc

/// The files of a machine, with what of them a power failure would leave.
final class SimulatedDisk: @unchecked Sendable {
    /// A file or folder, whatever its names.
    final class Node {
        var bytes: [UInt8] = []
        /// What was in it when it was synced last.
        var synced: [UInt8] = []
        /// Who holds its lock.
        weak var holder: IncarnationDisk.Opening?
    }

    private(set) var names: [String: Node]
    private var syncedNames: [String: Node]
    /// What happened to names that a power failure may take back, in order: folder, name, what it names now.
    private var changes: [(folder: Substring, name: String, node: Node?)] = []

    init() {
        names = ["/": Node()]
        syncedNames = names
    }

    /// Gives a name, or takes it away.
    func name(_ path: String, _ node: Node?) {
        names[path] = node
        changes.append((Self.folder(of: path), path, node))
    }

    /// Brings the names of a folder onto the disk, and those that changed before, as file systems that keep a journal do.
    func syncNames(of folder: String) {
        guard let last = changes.lastIndex(where: { $0.folder == folder }) else { return }
        keep(last + 1)
    }

    /// Loses what was not synced, apart from a part of it that got onto the disk by itself, unless the loss is total.
    func losePower(_ chance: inout Chance, isTotal: Bool) {
        keep(isTotal ? 0 : chance.number(0...changes.count))
        changes = []
        names = syncedNames
        for (_, node) in names.sorted(by: { $0.key < $1.key }) {
            node.holder = nil
            if isTotal {
                node.bytes = node.synced
            } else if node.bytes.starts(with: node.synced) {
                node.bytes.removeLast(chance.number(0...node.bytes.count - node.synced.count))
            } else if chance.happens(1, in: 2) {
                node.bytes = node.synced
            }
            node.synced = node.bytes
        }
    }

    /// The names below a folder, without those below folders in it.
    func list(_ folder: String) -> [String] {
        names.keys.filter { Self.folder(of: $0) == folder }.map { String($0.dropFirst(folder.count + 1)) }.sorted()
    }

    private func keep(_ count: Int) {
        for change in changes.prefix(count) { syncedNames[change.name] = change.node }
        changes.removeFirst(count)
    }

    private static func folder(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[..<max($0, path.index(after: path.startIndex))] } ?? ""
    }
}
