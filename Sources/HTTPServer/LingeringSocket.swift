internal import Glibc

/// One socket that is read to its end.
struct LingeringSocket: Sendable {
    let descriptor: Int32
    let expiry: MonotonicTime

    /// Throws away what has arrived.
    ///
    /// - Returns: whether more may come.
    func discard() -> Bool {
        // MSG_TRUNC makes TCP drop the bytes without copying them anywhere; Unix sockets copy them.
        let flags = SocketFlags.dontWait | SocketFlags.truncate
        let count = unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { bytes in
            unsafe recv(descriptor, bytes.baseAddress, bytes.count, flags)
        }
        return count > 0 || (count < 0 && SystemError.last.isTransient)
    }

    func close() {
        _ = Glibc.close(descriptor)
    }
}

extension SystemError {
    var isTransient: Bool { number == EAGAIN || number == EINTR }
}
