import Glibc

/// Standard output and standard error, byte by byte and without buffers of the C library.
enum Output {
    /// The reader of standard output has closed it, as `head` does when it has enough.
    struct ReaderGone: Error {}

    /// Writes to standard output.
    ///
    /// - Throws: `ReaderGone`, or `Failure` when the disk is full.
    static func write(_ bytes: [UInt8]) throws {
        try write(bytes, to: STDOUT_FILENO)
    }

    static func writeLine(_ text: String) throws {
        try write(Array((text + "\n").utf8))
    }

    /// Writes to standard error; a failure to do so has nobody to be told to.
    static func note(_ text: String) {
        try? write(Array(text.utf8), to: STDERR_FILENO)
    }

    static func noteLine(_ text: String) {
        note(text + "\n")
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE { throw ReaderGone() }
            guard count > 0 else { throw Failure("cannot write: \(unsafe String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }
}
