import Execution
import Glibc

/// The files of a machine as one process has them open; for one that is dead every call fails.
final class IncarnationDisk: Disk, @unchecked Sendable {
    /// One opening of a file; it may hold the file's lock.
    final class Opening {
        let node: SimulatedDisk.Node
        let path: String

        init(_ node: SimulatedDisk.Node, _ path: String) { (self.node, self.path) = (node, path) }
    }

    weak var owner: Incarnation?
    private let disk: SimulatedDisk
    private var openings: [Int32: Opening] = [:]
    private var last: Int32 = 2

    init(_ disk: SimulatedDisk) { self.disk = disk }

    /// Gives everything back, as the system does for a process that is gone.
    func releaseAll() {
        for opening in openings.values where opening.node.holder === opening { opening.node.holder = nil }
        openings = [:]
    }

    /// Whether a call works; else it fails with this error.
    private func works(_ code: Int32 = EIO) -> Bool {
        guard let owner, owner.occurs() else {
            errno = EIO
            return false
        }
        guard owner.world.scheduler.chance.happens(owner.faults.diskFailures, in: 1000) else { return true }
        errno = code
        return false
    }

    func open(_ path: String, _ flags: Int32) -> Int32 {
        guard works() else { return -1 }
        if disk.names[path] == nil {
            guard flags & O_CREAT != 0 else {
                errno = ENOENT
                return -1
            }
            disk.name(path, SimulatedDisk.Node())
        }
        guard let node = disk.names[path] else { return -1 }
        if flags & O_TRUNC != 0 { node.bytes = [] }
        last += 1
        openings[last] = Opening(node, path)
        return last
    }

    func close(_ descriptor: Int32) {
        unlock(descriptor)
        openings[descriptor] = nil
    }

    func lock(_ descriptor: Int32) -> Int32 {
        guard owner?.isAlive ?? false, let opening = openings[descriptor] else { return -1 }
        guard opening.node.holder == nil || opening.node.holder === opening else {
            errno = EWOULDBLOCK
            return -1
        }
        opening.node.holder = opening
        return 0
    }

    func unlock(_ descriptor: Int32) {
        guard let opening = openings[descriptor], opening.node.holder === opening else { return }
        opening.node.holder = nil
    }

    func size(_ descriptor: Int32) -> Int { openings[descriptor]?.node.bytes.count ?? -1 }

    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        guard owner?.isAlive ?? false, let node = openings[descriptor]?.node else { return -1 }
        let part = node.bytes.dropFirst(offset).prefix(buffer.count)
        buffer.copyBytes(from: part)
        return part.count
    }

    func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        guard let node = openings[descriptor]?.node else { return -1 }
        guard works(ENOSPC) else {
            // A disk that gets full, and a process that is killed, leave a part of what they wrote.
            guard let owner, owner.isAlive ? errno == ENOSPC : owner.faults.death == .kill else { return -1 }
            node.bytes += bytes.prefix(owner.world.scheduler.chance.number(0...bytes.count))
            return -1
        }
        node.bytes += bytes
        return bytes.count
    }

    func truncate(_ descriptor: Int32, to size: Int) -> Int32 {
        guard works(), let node = openings[descriptor]?.node else { return -1 }
        node.bytes.removeLast(max(0, node.bytes.count - size))
        return 0
    }

    func sync(_ descriptor: Int32) -> Int32 {
        guard works(), let node = openings[descriptor]?.node else { return -1 }
        node.synced = node.bytes
        return 0
    }

    func syncFolder(_ descriptor: Int32) -> Int32 {
        guard works(), let path = openings[descriptor]?.path else { return -1 }
        disk.syncNames(of: path)
        return 0
    }

    func rename(_ path: String, to name: String) -> Int32 {
        guard works(), let node = disk.names[path] else { return -1 }
        disk.name(path, nil)
        disk.name(name, node)
        return 0
    }

    func makeFolder(_ path: String) -> Int32 {
        guard works() else { return -1 }
        // Names of folders may end with a stroke.
        let path = path.hasSuffix("/") ? String(path.dropLast()) : path
        guard disk.names[path] == nil else {
            errno = EEXIST
            return -1
        }
        disk.name(path, SimulatedDisk.Node())
        return 0
    }

    func remove(_ path: String) {
        if works() { disk.name(path, nil) }
    }

    func exists(_ path: String) -> Bool { disk.names[path] != nil }
}
