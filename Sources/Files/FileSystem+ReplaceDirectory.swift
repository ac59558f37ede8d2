internal import CPosix
import Glibc

extension FileSystem {
    /// Puts a directory of these files at `path`, in place of what is there.
    ///
    /// A reader that opens `path` gets the old directory or the new one, never a mixture and never nothing: the new one
    /// is written under a temporary sibling name, flushed to disk, and exchanged with the old one in one step
    /// (`renameat2(2)`). The old one is then deleted. A crash can leave a hidden sibling ending in `.tmp`, which
    /// whoever lists the parent ignores.
    ///
    /// - Parameter contents: file names without slashes, and their bytes.
    package static func replaceDirectory(
        at path: String, contents: [(name: String, bytes: [UInt8])]
    ) throws(FileError) {
        try checkNames(contents.map(\.name), directory: path)
        let temporary = temporarySibling(of: path)
        do {
            try writeDirectory(temporary, contents: contents)
            try putInPlace(temporary, at: path)
            try flushDirectory(split(path).directory)
        } catch {
            try? removeDirectory(temporary)  // the first failure is the one to tell
            throw error
        }
    }

    private static func checkNames(_ names: [String], directory: String) throws(FileError) {
        var seen: Set<String> = []
        for name in names {
            guard !["", ".", ".."].contains(name), !name.utf8.contains(where: { $0 == 0x2F || $0 == 0 }) else {
                throw .invalidName(name: name, directory: directory)
            }
            guard seen.insert(name).inserted else { throw .duplicateName(name: name, directory: directory) }
        }
    }

    private static func writeDirectory(
        _ path: String, contents: [(name: String, bytes: [UInt8])]
    ) throws(FileError) {
        try unlessInterrupted(.createDirectory, path) { unsafe mkdir(path, 0o755) }
        for (name, bytes) in contents {
            try writeDurably(bytes, to: "\(path)/\(name)")
        }
        try flushDirectory(path)
    }

    /// Renames where nothing is; exchanges, and deletes the old, where something is.
    private static func putInPlace(_ temporary: String, at path: String) throws(FileError) {
        do {
            try unlessInterrupted(.rename, path) { unsafe CPosixRenameToFree(temporary, path) }
        } catch .refused(_, _, code: EEXIST) {
            try unlessInterrupted(.exchange, path) { unsafe CPosixExchange(temporary, path) }
            try removeDirectory(temporary)
        }
    }
}
