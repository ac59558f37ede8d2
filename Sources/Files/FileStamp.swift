import Glibc

/// Tells whether a file is the same as before, without reading it; links are followed.
package struct FileStamp: Equatable, Sendable {
    private let device, inode: UInt64
    /// Who may read it: one that could not be read may be now.
    private let mode, user, group: UInt32
    private let size, seconds, nanoseconds: Int

    /// - Returns: nil where there is no regular file.
    package init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
        (mode, user, group) = (status.st_mode, status.st_uid, status.st_gid)
        (size, seconds, nanoseconds) = (Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
}
