import Glibc

extension FileSystem {
    /// Writes a file so that a reader sees the old bytes or the new ones, and a power cut leaves one of the two.
    ///
    /// The bytes go to a temporary sibling, to the disk, and then take the name. What is no regular file, such as a device, a
    /// pipe or a link, keeps its name and is written to.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        guard isReplaceable(path) else {
            return try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC).write(bytes)
        }
        let temporary = temporarySibling(of: path)
        do {
            try writeDurably(bytes, to: temporary)
            try unlessInterrupted(.rename, path) { unsafe rename(temporary, path) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        try flushDirectory(split(path).directory)
    }

    /// Whether nothing is there, or a regular file: renaming over `/dev/null` would take it away from everybody.
    private static func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// A new file, on the disk when this returns.
    static func writeDurably(_ bytes: [UInt8], to path: String) throws(FileError) {
        let file = try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL, as: .create)
        try file.write(bytes)
        try file.flush()
    }

    /// Makes the names in a directory survive a power cut.
    static func flushDirectory(_ path: String) throws(FileError) {
        try FileDescriptor(opening: path, flags: O_RDONLY | O_DIRECTORY).flush()
    }
}
