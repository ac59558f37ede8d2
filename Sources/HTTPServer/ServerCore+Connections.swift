internal import Glibc

extension ServerCore {
    /// A connection begins; its first header must come soon.
    func openConnection(descriptor: Int32) -> ConnectionRecord {
        connections.open(descriptor: descriptor, deadline: .now + configuration.headerDeadline)
    }

    /// Answers a connection for which there is no room, instead of leaving the client in the dark.
    func turnAway(_ socket: Int32) {
        let bytes = HTTPRejection.tooManyConnections.response(errorBody: configuration.errorBody).serialized
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        unsafe bytes.withUnsafeBytes { bytes in
            _ = unsafe send(socket, bytes.baseAddress, bytes.count, flags)
        }
        shutdown(socket, Int32(SHUT_WR))
        lingering.adopt(socket)
    }
}

extension HTTPResponse {
    /// The message as bytes, for a connection that libmicrohttpd does not know.
    fileprivate var serialized: [UInt8] {
        var head = "HTTP/1.1 \(status) Service Unavailable\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}
