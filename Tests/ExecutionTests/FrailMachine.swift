import Databases
import Glibc
import TestSupport

@testable import Execution

/// This machine with a disk that can lose its power, get full, and write less than it was asked to.
final class FrailMachine: Machine {
    let files = FrailDisk()
    private let here = ThisMachine()
    private let name: String?

    /// - Parameter name: the letters of every name that is made up; nil for letters by chance.
    init(naming name: String? = nil) { self.name = name }

    var disk: any Disk { files }
    var executor: (any TaskExecutor)? { nil }
    var now: ContinuousClock.Instant { here.now }
    var time: String { here.time }
    var process: String { here.process }
    func sleep(for time: Duration) async { await here.sleep(for: time) }
    func letters(_ count: Int, of alphabet: [Character]) -> String { name ?? here.letters(count, of: alphabet) }
    func end(process: String) { here.end(process: process) }
    func number(in range: ClosedRange<Int>) -> Int { here.number(in: range) }
    func run(_ program: ChildProcess) async throws(FileFailure) -> ChildProcess.Ending { try await here.run(program) }
}

/// A disk that keeps, when its power is lost, what POSIX promises and not more: of each file what was synced last, and
/// of names those whose own folder was synced since.
final class FrailDisk: Disk {
    private struct State {
        var paths: [Int32: String] = [:]
        /// Names that may be gone, with what they named before.
        var young: [String: [UInt8]?] = [:]
        /// What was in a file when it was synced last.
        var synced: [String: [UInt8]] = [:]
        var failing: (call: String, path: String)?
        var writesLittle = false
    }

    private let state = Guarded(State())
    private let disk = ThisDisk()

    /// A call fails on every path with that in it; nil for no call.
    func fail(_ call: String?, on path: String = "") { state.withLock { $0.failing = call.map { ($0, path) } } }

    /// Writes take at most a hundred bytes.
    func writeLittle() { state.withLock { $0.writesLittle = true } }

    /// What of a file would be left.
    func kept(_ path: String) -> [UInt8] { state.withLock { $0.synced[path] ?? [] } }

    /// What is not synced is gone.
    func losePower() throws {
        let (young, synced) = state.withLock { state in
            defer { state = State() }
            return (state.young, state.synced)
        }
        for (path, bytes) in synced where young[path] == nil { try Self.write(bytes, to: path) }
        for (path, before) in young.sorted(by: { $0.key < $1.key }) {
            if let before { try Self.write(before, to: path) } else { system("rm -rf '\(path)'") }
        }
    }

    private func fails(_ call: String, _ path: String?) -> Bool {
        let isIt = state.withLock { state in
            state.failing.map { $0.call == call && path?.contains($0.path) == true } ?? false
        }
        if isIt { errno = EIO }
        return isIt
    }

    private func path(_ descriptor: Int32) -> String? { state.withLock { $0.paths[descriptor] } }

    func open(_ path: String, _ flags: Int32) -> Int32 {
        let isNew = flags & O_CREAT != 0 && !disk.exists(path)
        let descriptor = disk.open(path, flags)
        guard descriptor >= 0 else { return descriptor }
        state.withLock { state in
            state.paths[descriptor] = path
            if isNew { state.young.updateValue(nil, forKey: path) }
        }
        return descriptor
    }

    func close(_ descriptor: Int32) {
        state.withLock { $0.paths[descriptor] = nil }
        disk.close(descriptor)
    }

    func lock(_ descriptor: Int32) -> Int32 { disk.lock(descriptor) }
    func unlock(_ descriptor: Int32) { disk.unlock(descriptor) }
    func size(_ descriptor: Int32) -> Int { disk.size(descriptor) }
    func exists(_ path: String) -> Bool { disk.exists(path) }
    func truncate(_ descriptor: Int32, to size: Int) -> Int32 { disk.truncate(descriptor, to: size) }

    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        disk.read(descriptor, buffer, at: offset)
    }

    func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        if fails("write", path(descriptor)) { return -1 }
        let count = state.withLock(\.writesLittle) ? min(100, bytes.count) : bytes.count
        return disk.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }

    func sync(_ descriptor: Int32) -> Int32 {
        guard let path = path(descriptor), !fails("sync", path) else { return -1 }
        let bytes = Self.read(path)
        state.withLock { $0.synced[path] = bytes }
        return disk.sync(descriptor)
    }

    func syncFolder(_ descriptor: Int32) -> Int32 {
        guard var folder = path(descriptor), !fails("syncFolder", folder) else { return -1 }
        if folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        state.withLock { [folder] state in
            for path in state.young.keys where Self.folder(of: path) == folder { state.young[path] = nil }
        }
        return disk.syncFolder(descriptor)
    }

    func rename(_ path: String, to name: String) -> Int32 {
        if fails("rename", name) { return -1 }
        let there = disk.exists(name) ? Self.read(name) : nil
        guard disk.rename(path, to: name) == 0 else { return -1 }
        state.withLock { state in
            let before = state.young[name] ?? state.synced[name] ?? there
            state.young.updateValue(before, forKey: name)
            state.young[path] = nil
            state.synced[name] = state.synced.removeValue(forKey: path) ?? []
            for (descriptor, open) in state.paths where open == path { state.paths[descriptor] = name }
        }
        return 0
    }

    func makeFolder(_ path: String) -> Int32 {
        if fails("makeFolder", path) { return -1 }
        let answer = disk.makeFolder(path)
        if answer == 0 { state.withLock { _ = $0.young.updateValue(nil, forKey: path) } }
        return answer
    }

    func remove(_ path: String) {
        disk.remove(path)
        state.withLock { state in
            state.young[path] = nil
            state.synced[path] = nil
        }
    }

    private static func folder(of path: String) -> String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw FileFailure("write", path) }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
    }
}
