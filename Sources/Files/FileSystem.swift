import Glibc

/// Whole files and directories by path, over POSIX.
///
/// The calls block: they belong to start-up, reloading and commands, never to a thread that answers requests.
package enum FileSystem {
    /// All bytes of a regular file, or of a pipe.
    ///
    /// - Throws: `FileError.tooLarge` as soon as there are more than `limit` bytes.
    package static func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
        let source = try FileByteSource(path)
        var bytes: [UInt8] = []
        // Room for the last read, which finds the end.
        bytes.reserveCapacity(min(source.sizeHint, limit) &+ FileByteSource.chunkSize)
        while try source.append(to: &bytes) {
            guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
        }
        return bytes
    }

    /// All bytes of a regular file; a pipe, which might keep its reader waiting for ever, is refused.
    ///
    /// - Throws: `FileError.tooLarge` as soon as there are more than `limit` bytes.
    package static func readRegular(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { throw .notARegularFile(path: path) }
        return try read(path, limit: limit)
    }

    /// Whether a file or directory is there and may be looked at.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Whether it cannot be told if a file is there: a directory above it may not be entered.
    package static func isOutOfReach(_ path: String) -> Bool {
        unsafe access(path, F_OK) != 0 && errno == EACCES
    }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// The parts of a path before and after its last slash: where a temporary sibling goes.
func split(_ path: String) -> (directory: String, name: String) {
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return (".", String(trimmed)) }
    let directory = slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    return (directory, String(trimmed[trimmed.index(after: slash)...]))
}

/// A path beside `path` that nothing has yet: hidden, and told apart by a random number.
func temporarySibling(of path: String) -> String {
    let (directory, name) = split(path)
    return "\(directory)/.\(name).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
}
