internal import CMicrohttpd  // for sockaddr_storage, which the Glibc module leaves out
internal import Glibc

/// A bound TCP socket that listens.
final class ListeningSocket: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init(host: String, port: UInt16) throws(HTTPServerError) {
        let address = try SocketAddress(host: host, port: port)
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.port = Self.listen(descriptor, at: address) ?? 0
        if self.port == 0 {
            let reason = SystemError.last.description
            throw .cannotListen(host: host, port: port, reason: reason)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Waits for a connection.
    ///
    /// - Returns: nil when there was none; `SystemError.last` says why.
    func accept() -> (socket: Int32, address: sockaddr_storage, addressSize: socklen_t)? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe Glibc.accept(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return (accepted, address, size)
    }

    /// New connections are refused by the kernel from now on, and `accept` fails at once.
    ///
    /// The descriptor stays open, so that nobody who still uses it meets another file.
    func refuseConnections() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// - Returns: the port, or nil with the reason in `errno`.
    private static func listen(_ descriptor: Int32, at address: SocketAddress) -> UInt16? {
        guard descriptor >= 0 else { return nil }
        var on: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard address.bind(descriptor) == 0, Glibc.listen(descriptor, backlog) == 0 else { return nil }
        return SocketAddress.port(of: descriptor)
    }

    private static let backlog: Int32 = 1_024
}
