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

    /// How the server is spoken to.
    package enum Scheme: Sendable {
        case http
        /// Any certificate is believed: this is for asking oneself.
        case https
    }

    /// - Parameters:
    ///   - path: in the form in which it is sent.
    ///   - timeout: for connecting, and for each sending and receiving; at least a millisecond.
    /// - Returns: the status, such as 200.
    package static func status(
        at address: HTTPAddress, _ scheme: Scheme = .http, path: String, timeout: Duration
    ) throws(Failure) -> Int {
        let descriptor = try connect(to: address, timeout: timeout)
        defer { close(descriptor) }
        let stream: ProbeStream =
            switch scheme {
            case .http: .plain(descriptor)
            case .https: .encrypted(try TLSClient(descriptor))
            }
        let host = if case .tcp(let host, _) = address, !host.contains(":") { host } else { "localhost" }
        try stream.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        return try readStatus(stream)
    }

    private static func connect(to address: HTTPAddress, timeout: Duration) throws(Failure) -> Int32 {
        let target: SocketAddress
        do {
            target = try SocketAddress(address)
        } catch {
            throw .address(error)
        }
        let descriptor = socket(target.family, SocketFlags.stream | SocketFlags.closeOnExec, 0)
        guard descriptor >= 0 else { throw .noAnswer(reason: SystemError.last.description) }
        limit(descriptor, to: timeout)
        guard target.connect(descriptor) == 0 else {
            let reason = SystemError.last.description
            close(descriptor)
            throw .noAnswer(reason: reason)
        }
        return descriptor
    }

    private static func limit(_ descriptor: Int32, to timeout: Duration) {
        let (seconds, attoseconds) = timeout.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// `HTTP/1.1 200 …`
    private static func readStatus(_ stream: ProbeStream) throws(Failure) -> Int {
        let needed = 12
        var line: [UInt8] = []
        while line.count < needed {
            let piece = try stream.receive(atMost: needed - line.count)
            guard !piece.isEmpty else { throw .notHTTP }
            line += piece
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
