import CanonicalJSON
import Glibc

/// A file could not be written or read: what was tried, on what, and the system's reason.
public struct FileFailure: Error, Sendable, Equatable {
    /// What was tried.
    public let action: String
    /// The path.
    public let path: String
    /// The system's reason.
    public let reason: String

    package init(_ action: String, _ path: String, errno code: Int32 = errno) {
        self.action = action
        self.path = path
        reason = String(cString: strerror(code))
    }
}

/// The journal of one run on disk: append-only, one line for each event, durable before what it announces.
///
/// After a failed write or sync the file is not trusted again: every later call fails as well, since the system may
/// have dropped what it could not write.
struct JournalFile: ~Copyable {
    private let path: String
    private let disk = CurrentMachine.value.disk
    private var descriptor: Int32
    private var sequence: Int
    /// The hash of the last line.
    private(set) var head: Digest
    private var pending: [UInt8] = []
    private var broken: FileFailure?

    /// Opens the journal to write on after `lines`; a last line that a crash tore is cut off.
    init(path: String, after lines: [JournalLine] = []) throws(FileFailure) {
        self.path = path
        sequence = lines.count
        head = lines.last?.hash ?? JournalLine.origin
        descriptor = disk.open(path, O_RDWR | O_APPEND | O_CREAT)
        guard descriptor >= 0 else { throw FileFailure("open", path) }
        guard disk.lock(descriptor) == 0 else { throw failure("lock") }
        let length = disk.size(descriptor)
        guard let whole = wholeLines(of: length) else { throw failure("read") }
        guard whole == length || disk.truncate(descriptor, to: whole) == 0 else { throw failure("cut") }
    }

    deinit { Self.release(descriptor, disk) }

    /// Gives the file and its lock back; nothing can be written any more.
    mutating func close() {
        Self.release(descriptor, disk)
        descriptor = -1
        broken = broken ?? FileFailure("write after the end of", path, errno: EBADF)
    }

    /// Unlocks before it closes: a child that is just being started has the file open too, until it is another program.
    static func release(_ descriptor: Int32, _ disk: any Disk) {
        guard descriptor >= 0 else { return }
        disk.unlock(descriptor)
        disk.close(descriptor)
    }

    /// Adds an event, which is written out with the next `flush`.
    mutating func append(_ event: Event, time: String) -> JournalLine {
        let (line, bytes) = JournalLine.next(event, sequence: sequence + 1, time: time, after: head)
        sequence = line.sequence
        head = line.hash
        pending += bytes
        return line
    }

    /// How far lines have got.
    enum Reach {
        /// They may wait in memory, unless they are many.
        case pending
        /// They are in the file.
        case written
        /// They are on disk.
        case synced
    }

    /// Brings all lines at least as far.
    mutating func flush(_ reach: Reach) throws(FileFailure) {
        if let broken { throw broken }
        guard reach != .pending || pending.count > 1 << 16 else { return }
        do throws(FileFailure) {
            try write()
            if reach == .synced, disk.sync(descriptor) != 0 { throw FileFailure("sync", path) }
        } catch {
            broken = error
            throw error
        }
    }

    private mutating func write() throws(FileFailure) {
        var rest = pending[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { disk.write(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("write", path) }
            rest = rest.dropFirst(count)
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// The length up to the last line end; nil when the file cannot be read.
    private func wholeLines(of length: Int) -> Int? {
        var end = length
        var byte: UInt8 = 0
        while end > 0 {
            guard withUnsafeMutableBytes(of: &byte, { disk.read(descriptor, $0, at: end - 1) }) == 1 else { return nil }
            if byte == 0x0A { return end }
            end -= 1
        }
        return end == 0 ? 0 : nil
    }

    private func failure(_ action: String) -> FileFailure { FileFailure(action, path) }
}
