import Glibc

/// Tells whether the files of a directory are the same as before, without reading them.
package struct DirectoryStamp: Equatable, Sendable {
    private struct Entry: Equatable {
        let name: String
        let device, inode: UInt64
        /// Who may read it: one that could not be read may be now.
        let mode, user, group: UInt32
        let size, seconds, nanoseconds: Int
    }

    private let entries: [Entry]

    /// Of the regular files in the directory itself; links are followed.
    ///
    /// - Returns: nil for a directory that cannot be read.
    package init?(_ path: String) {
        guard let names = try? FileSystem.list(path) else { return nil }
        entries = names.compactMap { Self.entry($0, in: path) }
    }

    private static func entry(_ name: String, in directory: String) -> Entry? {
        var status = stat()
        guard unsafe stat("\(directory)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Entry(
            name: name, device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            mode: status.st_mode, user: status.st_uid, group: status.st_gid, size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
