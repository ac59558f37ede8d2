internal import Glibc

/// A descriptor that becomes readable when another thread signals.
final class Wakeup: Sendable {
    let descriptor: Int32
    private let writeEnd: Int32

    init() throws(HTTPServerError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw .cannotStart(part: "wake-up pipe", reason: SystemError.last.description)
        }
        descriptor = ends[0]
        writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    /// A full pipe is signal enough, so a failure needs no care.
    func signal() {
        var byte: UInt8 = 1
        _ = unsafe write(writeEnd, &byte, 1)
    }

    func clear() {
        unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { bytes in
            _ = unsafe read(descriptor, bytes.baseAddress, bytes.count)
        }
    }
}
