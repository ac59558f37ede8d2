internal import CMicrohttpd  // for sockaddr_storage, which the Glibc module leaves out
internal import Glibc

/// Asks a server for one path and reads the status of its answer: all of a client that a health check needs.
package enum HTTPProbe {
    package enum Failure: Error, Equatable {
        case address(HTTPServerError)
        /// No connection, or no answer in time.
        case noAnswer(reason: String)
        /// What came does not begin as HTTP does.
        case notHTTP
    }

    /// - Parameters:
    ///   - path: in the form in which it is sent.
    ///   - timeout: for connecting, and for each sending and receiving; at least a millisecond.
    /// - Returns: the status, such as 200.
    package static func status(
        host: String, port: UInt16, path: String, timeout: Duration
    ) throws(Failure) -> Int {
        let address: SocketAddress
        do {
            address = try SocketAddress(host: host, port: port)
        } catch {
            throw .address(error)
        }
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .noAnswer(reason: SystemError.last.description) }
        defer { close(descriptor) }
        limit(descriptor, to: timeout)
        guard address.connect(descriptor) == 0 else { throw .noAnswer(reason: SystemError.last.description) }
        try send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n", to: descriptor)
        return try readStatus(descriptor)
    }

    private static func limit(_ descriptor: Int32, to timeout: Duration) {
        let (seconds, attoseconds) = timeout.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private static func send(_ text: String, to descriptor: Int32) throws(Failure) {
        let bytes = Array(text.utf8)
        let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, SocketFlags.noSignal)
        guard sent == bytes.count else { throw .noAnswer(reason: SystemError.last.description) }
    }

    /// `HTTP/1.1 200 …`
    private static func readStatus(_ descriptor: Int32) throws(Failure) -> Int {
        let needed = 12
        var line: [UInt8] = []
        while line.count < needed {
            var piece = [UInt8](repeating: 0, count: needed - line.count)
            let count = unsafe recv(descriptor, &piece, piece.count, 0)
            guard count != 0 else { throw .notHTTP }
            guard count > 0 else { throw .noAnswer(reason: SystemError.last.description) }
            line += piece.prefix(count)
        }
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("HTTP/1."), let status = Int(text.suffix(3)) else { throw .notHTTP }
        return status
    }
}

extension HTTPProbe.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .address(let error): error.description
        case .noAnswer(let reason): "no answer: \(reason)"
        case .notHTTP: "the answer is not HTTP"
        }
    }
}
