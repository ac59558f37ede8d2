import Glibc

/// Owns an open file and closes it.
///
/// Every call that a signal can interrupt is repeated.
struct FileDescriptor: ~Copyable {
    let number: CInt
    let path: String

    /// - Parameters:
    ///   - flags: of `open(2)`; the descriptor never survives an `exec`.
    ///   - mode: permissions of a file that is created, before the umask.
    init(
        opening path: String, flags: CInt, mode: mode_t = 0o644, as operation: FileOperation = .open
    ) throws(FileError) {
        number = try unlessInterrupted(operation, path) { unsafe open(path, flags | O_CLOEXEC, mode) }
        self.path = path
    }

    /// Another descriptor for standard input, which stays open when this one is closed.
    init(duplicatingStandardInputAs path: String) throws(FileError) {
        number = try unlessInterrupted(.open, path) { fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) }
        self.path = path
    }

    deinit {
        close(number)
    }

    /// Bytes in a regular file.
    func size() throws(FileError) -> Int {
        var status = stat()
        _ = try unlessInterrupted(.inspect, path) { unsafe fstat(number, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
        return Int(status.st_size)
    }

    /// Fills as much as one `read(2)` gives; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        try unlessInterrupted(.read, path) { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    func write(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            written += try unlessInterrupted(.write, path) {
                unsafe bytes.withUnsafeBytes { buffer in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                    return unsafe Glibc.write(number, rest.baseAddress, rest.count)
                }
            }
        }
    }

    /// Waits until nobody else holds the lock; it ends with the descriptor.
    func lock() throws(FileError) {
        try unlessInterrupted(.open, path) { flock(number, LOCK_EX) }
    }

    /// Waits until the bytes, or a directory's names, are on the disk.
    func flush() throws(FileError) {
        _ = try unlessInterrupted(.flush, path) { fsync(number) }
    }
}

/// Calls until the call is not interrupted by a signal, and turns −1 into the error that `errno` tells.
@discardableResult
func unlessInterrupted<Result: SignedInteger>(
    _ operation: FileOperation, _ path: String, _ call: () -> Result
) throws(FileError) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        guard code == EINTR else { throw .refused(operation: operation, path: path, code: code) }
    }
}
