internal import CMicrohttpd  // for sockaddr_storage, which the Glibc module leaves out
internal import Glibc
internal import Synchronization

/// A bound socket that listens.
final class ListeningSocket: Sendable {
    let address: HTTPAddress
    private let descriptor: Int32
    /// Of a Unix socket of our own.
    private let file: SocketFile?
    private let isInherited: Bool
    private let refusal: Wakeup
    /// Connections that are still taken once new ones are refused: those that the kernel has accepted in our name already, whose
    /// clients may have sent their requests. No more than its queue holds, or a crowd could keep the server from stopping.
    private let remainder = Atomic<Int>(Int(SocketAddress.backlog))

    init(_ endpoint: HTTPEndpoint) throws(HTTPServerError) {
        refusal = try Wakeup()
        (descriptor, file) = try endpoint.open()
        if case .inherited = endpoint { isInherited = true } else { isInherited = false }
        guard let address = SocketAddress.local(of: descriptor) else {
            close(descriptor)
            throw .uselessDescriptor(descriptor, reason: "its address is neither IP nor Unix")
        }
        self.address = address
        // Who else listens on an inherited socket may be faster than `accept` after `poll`.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        file?.remove()
        close(descriptor)
    }

    /// Waits for a connection.
    ///
    /// - Returns: nil when there was none; `SystemError.last` says why.
    func accept() -> ConnectedSocket? {
        var polled = [PolledSocket(refusal.descriptor, .input), PolledSocket(descriptor, .input)]
        PolledSocket.poll(&polled, milliseconds: -1)
        if polled[0].hasEvent, isInherited || !polled[1].hasEvent || !takesOneMore {
            refuseConnections()
            errno = EINVAL
            return nil
        }
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe Glibc.accept(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return ConnectedSocket(descriptor: accepted, address: address, addressSize: size)
    }

    private var takesOneMore: Bool { remainder.subtract(1, ordering: .relaxed).newValue >= 0 }

    /// `accept` gives what has come already, and then fails, and the kernel refuses what comes later. On an inherited socket it fails
    /// at once, and what has come waits for the next server.
    func beginRefusing() {
        refusal.signal()
        file?.remove()
    }

    /// At once when none has been found waiting: those that come in between are reset.
    ///
    /// The descriptor stays open, so that nobody who still uses it meets another file.
    private func refuseConnections() {
        if !isInherited { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
}

extension HTTPEndpoint {
    fileprivate func open() throws(HTTPServerError) -> (descriptor: Int32, file: SocketFile?) {
        switch self {
        case .tcp(let host, let port):
            let address = try SocketAddress(host: host, port: port)
            return (try address.listen(.tcp(host: host, port: port)) {}, nil)
        case .unix(let path, let mode):
            let address = try SocketAddress(path: path)
            try SocketFile.removeStale(at: path, address)
            // Between `bind` and `listen` nobody can connect yet.
            let descriptor = try address.listen(.unix(path: path)) { unsafe chmod(path, mode) }
            return (descriptor, SocketFile(path))
        case .inherited(let descriptor):
            try Self.check(descriptor)
            return (descriptor, nil)
        }
    }

    private static func check(_ descriptor: Int32) throws(HTTPServerError) {
        for (option, expected, reason) in [
            (SO_TYPE, SocketFlags.stream, "it is no stream socket"), (SO_ACCEPTCONN, 1, "it does not listen"),
        ] {
            var value: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            guard unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0, value == expected else {
                throw .uselessDescriptor(descriptor, reason: reason)
            }
        }
    }
}

extension SocketAddress {
    fileprivate static let backlog: Int32 = 1_024

    /// A new socket at this address.
    ///
    /// - Parameter prepare: called when it is bound and does not listen yet.
    fileprivate func listen(_ name: HTTPAddress, prepare: () -> Void) throws(HTTPServerError) -> Int32 {
        let descriptor = socket(family, SocketFlags.stream | SocketFlags.closeOnExec, 0)
        var on: Int32 = 1
        if family != AF_UNIX {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        guard descriptor >= 0, bind(descriptor) == 0 else { throw Self.failure(descriptor, name) }
        prepare()
        guard Glibc.listen(descriptor, Self.backlog) == 0 else { throw Self.failure(descriptor, name) }
        return descriptor
    }

    private static func failure(_ descriptor: Int32, _ name: HTTPAddress) -> HTTPServerError {
        let reason = SystemError.last.description
        if descriptor >= 0 { close(descriptor) }
        return .cannotListen(address: name, reason: reason)
    }
}
