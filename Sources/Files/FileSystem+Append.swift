import Glibc

extension FileSystem {
    /// Adds to a file that others may add to at the same time; it keeps its owner and mode, and is made for its owner alone.
    ///
    /// - Parameter make: from all that stands there, what is to follow.
    package static func append(to path: String, _ make: ([UInt8]) throws -> [UInt8]) throws {
        let file = try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        try file.lock()
        try file.write(make(try readRegular(path)))
        try file.flush()
    }
}
