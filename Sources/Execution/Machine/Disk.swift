import Glibc

/// The calls that keep a run's files, each as the system has it: -1 is failure, with `errno`.
package protocol Disk: Sendable {
    /// Opens a file; made with rights for its owner alone where the flags say that it may be made.
    func open(_ path: String, _ flags: Int32) -> Int32
    /// Gives a descriptor back.
    func close(_ descriptor: Int32)
    /// Tries to lock the file for whoever opened it.
    func lock(_ descriptor: Int32) -> Int32
    /// Gives the lock back.
    func unlock(_ descriptor: Int32)
    /// How long the file is.
    func size(_ descriptor: Int32) -> Int
    /// Reads from a place in the file.
    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int
    /// Writes at the end, as a rule all of it.
    func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int
    /// Cuts the file.
    func truncate(_ descriptor: Int32, to size: Int) -> Int32
    /// Brings a file's content onto the disk.
    func sync(_ descriptor: Int32) -> Int32
    /// Brings a folder's names onto the disk.
    func syncFolder(_ descriptor: Int32) -> Int32
    /// Gives a file another name, in place of what has it.
    func rename(_ path: String, to name: String) -> Int32
    /// Makes a folder for its owner alone.
    func makeFolder(_ path: String) -> Int32
    /// Takes a file away.
    func remove(_ path: String)
    /// Whether there is something of that name.
    func exists(_ path: String) -> Bool
}

/// The files of this machine.
struct ThisDisk: Disk {
    func open(_ path: String, _ flags: Int32) -> Int32 { Glibc.open(path, flags | O_CLOEXEC, 0o600) }
    func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
    func lock(_ descriptor: Int32) -> Int32 { flock(descriptor, LOCK_EX | LOCK_NB) }
    func unlock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_UN) }
    func size(_ descriptor: Int32) -> Int { Int(lseek(descriptor, 0, SEEK_END)) }

    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
    }

    func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    }

    func truncate(_ descriptor: Int32, to size: Int) -> Int32 { ftruncate(descriptor, off_t(size)) }
    func sync(_ descriptor: Int32) -> Int32 { fdatasync(descriptor) }
    func syncFolder(_ descriptor: Int32) -> Int32 { fsync(descriptor) }
    func rename(_ path: String, to name: String) -> Int32 { Glibc.rename(path, name) }
    func makeFolder(_ path: String) -> Int32 { mkdir(path, 0o700) }
    func remove(_ path: String) { unlink(path) }
    func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
