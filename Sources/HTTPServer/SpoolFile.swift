internal import Glibc

/// A temporary file without a name: its space is given back when the last descriptor is closed, however that comes.
package final class SpoolFile: Sendable {
    private let descriptor: Int32
    private let directory: String

    init(in directory: String) throws(SpoolError) {
        self.directory = directory
        let path = "\(directory)/elbo-\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(.last, creatingIn: directory) }
        guard unsafe unlink(path) == 0 else { throw Self.error(.last, creatingIn: directory) }
    }

    /// Takes an open file over.
    init(adopting descriptor: Int32, in directory: String) {
        (self.descriptor, self.directory) = (descriptor, directory)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Another descriptor of the file, which is the caller's to close; nil when there is none left.
    func duplicate() -> Int32? {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        return copy >= 0 ? copy : nil
    }

    /// Appends all bytes; blocks. What a failure left behind is not defined.
    func append(_ bytes: [UInt8]) throws(SpoolError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                return unsafe write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 { written += count } else { try check(.last) }
        }
    }

    /// Throws unless a signal was all that interrupted a write.
    private func check(_ error: SystemError) throws(SpoolError) {
        switch error.number {
        case EINTR: return
        case ENOSPC, EDQUOT, EFBIG: throw .full(directory: directory, reason: error.description)
        default: throw .cannotWrite(directory: directory, reason: error.description)
        }
    }

    private static func error(_ error: SystemError, creatingIn directory: String) -> SpoolError {
        switch error.number {
        case ENOSPC, EDQUOT: .full(directory: directory, reason: error.description)
        default: .cannotCreate(directory: directory, reason: error.description)
        }
    }

    /// `TMPDIR`, or `/tmp` where that is not set.
    package static var defaultDirectory: String {
        guard let value = unsafe getenv("TMPDIR") else { return "/tmp" }
        let path = unsafe String(cString: value)
        return path.isEmpty ? "/tmp" : path
    }
}
