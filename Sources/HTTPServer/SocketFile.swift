internal import Glibc

/// The file of a Unix socket that this process has bound.
struct SocketFile: Sendable {
    let path: String
    private let device: UInt
    private let inode: UInt

    /// Nil when there is none.
    init?(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        (self.path, device, inode) = (path, UInt(status.st_dev), UInt(status.st_ino))
    }

    /// Removes it, unless another server has put its own there meanwhile.
    func remove() {
        guard let current = SocketFile(path), current.device == device, current.inode == inode else { return }
        unsafe unlink(path)
    }

    /// Removes what a dead server has left at a path; without effect where there is nothing.
    ///
    /// - Throws: `HTTPServerError` when something else is there, or the server lives.
    static func removeStale(at path: String, _ address: SocketAddress) throws(HTTPServerError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let descriptor = socket(AF_UNIX, SocketFlags.stream | SocketFlags.closeOnExec, 0)
        defer { close(descriptor) }
        if descriptor >= 0, address.connect(descriptor) == 0 { throw .socketInUse(path: path) }
        let error = SystemError.last
        guard error.number == ECONNREFUSED else {
            throw .cannotListen(address: .unix(path: path), reason: error.description)
        }
        unsafe unlink(path)
    }
}
