import CanonicalJSON
import Databases
import Glibc
import Planning
import Runbooks

extension StepRunner {
    /// Writes a backup: to a name of its own, proved there, synced, and only then under the name people look for.
    ///
    /// What is under that name beforehand is never replaced, unless the journal says that it is this step's.
    func backUp(to path: String, _ step: PlannedStep) async throws(FileFailure) -> StepEnd {
        let name = await context.fileName(path)
        let place = name.hasPrefix("/") ? name : context.environment.root + "/" + name
        let disk = CurrentMachine.value.disk
        let draft = "\(place).\(context.run).part"
        Self.discard(draft)
        if disk.exists(place) {
            let made = await context.log.state.backups[step.id]
            let found = try? await Self.digest(of: place)
            if let made, made.path == name, made.digest == found { return .applied(rows: 0) }
            return .failed(.refused("there is a file of that name already", name, step), leaves: .nothing)
        }
        defer { Self.discard(draft) }
        guard make(draft) else {
            return .failed(.refused(String(cString: strerror(errno)), name, step), leaves: .nothing)
        }
        let copy: DatabaseCopy
        do throws(DatabaseError) {
            let session = try await sessions.session(step.target)
            try await context.confirm(step.target)
            copy = try await session.copy(to: draft, deadline: deadline(of: step))
        } catch {
            return .failed(FailureCause(error, step: step).about(name), leaves: .nothing)
        }
        return try await publish(draft, as: place, name, copy, step)
    }

    /// Makes an empty file that nobody else can read.
    private func make(_ draft: String) -> Bool {
        let disk = CurrentMachine.value.disk
        let descriptor = disk.open(draft, O_RDWR | O_CREAT | O_EXCL)
        guard descriptor >= 0 else { return false }
        disk.close(descriptor)
        return true
    }

    /// Brings a proved copy onto the disk, writes down what it is, and gives it its name.
    private func publish(
        _ draft: String, as place: String, _ name: String, _ copy: DatabaseCopy, _ step: PlannedStep
    ) async throws(FileFailure) -> StepEnd {
        let disk = CurrentMachine.value.disk
        let digest: Digest
        do throws(FileFailure) {
            digest = try await Self.digest(of: draft, syncing: true)
        } catch {
            return .failed(.refused(error.reason, name, step), leaves: .nothing)
        }
        let file = BackupFile(path: name, bytes: copy.bytes, objects: copy.objects, digest: digest)
        try await context.log.announce(.backedUp(step: step.id, file))
        guard !disk.exists(place) else {
            return .failed(.refused("a file of that name was made meanwhile", name, step), leaves: .nothing)
        }
        let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? "."
        do throws(FileFailure) {
            guard disk.rename(draft, to: place) == 0 else { throw FileFailure("rename", place) }
            try DurableFiles.syncFolder(folder)
        } catch {
            return .failed(.refused(error.reason, name, step), leaves: .nothing)
        }
        return .applied(rows: 0)
    }

    /// The digest of a file, read in pieces; synced before, where that is asked for.
    private static func digest(of path: String, syncing: Bool = false) async throws(FileFailure) -> Digest {
        let disk = CurrentMachine.value.disk
        let descriptor = disk.open(path, syncing ? O_RDWR : O_RDONLY)
        guard descriptor >= 0 else { throw FileFailure("open", path) }
        defer { disk.close(descriptor) }
        guard !syncing || disk.sync(descriptor) == 0 else { throw FileFailure("sync", path) }
        var stream = DigestStream()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { disk.read(descriptor, $0, at: offset) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("read", path) }
            if count == 0 { return stream.finish() }
            stream.take(Array(buffer[..<count]))
            offset += count
            // A backup may be large, and others wait for this thread.
            await Task.yield()
        }
    }

    /// Takes away what is no backup yet, with what SQLite may have put beside it.
    private static func discard(_ draft: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { CurrentMachine.value.disk.remove(draft + suffix) }
    }
}

extension RunContext {
    /// A name of a file as it is in this run.
    func fileName(_ text: String) async -> String {
        guard text.contains("${run.") else { return text }
        let begun = await log.begun ?? CurrentMachine.value.time
        let digits = begun.prefix(19).filter { $0 != "-" && $0 != ":" }
        return text.replacing(RunFact.id.reference, with: run)
            .replacing(RunFact.timestamp.reference, with: digits + "Z")
    }
}

extension FailureCause {
    fileprivate static func refused(_ reason: String, _ name: String, _ step: PlannedStep) -> Self {
        FailureCause(message: reason, place: step.place).about(name)
    }

    fileprivate func about(_ name: String) -> Self {
        FailureCause(
            message: "no backup to \(name): \(message)", code: code, place: place, statement: statement,
            detail: detail, hint: hint)
    }
}
