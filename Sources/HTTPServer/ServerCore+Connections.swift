internal import Glibc

extension ServerCore {
    /// A connection begins; its handshake, if any, and its first header must come soon.
    func open(_ connection: MHDConnection) -> ConnectionRecord {
        let certificate = configuration.tls?.certificate
        if let certificate { connection.show(certificate) }
        return connections.open(
            descriptor: connection.descriptor, certificate: certificate, deadline: .now + configuration.headerDeadline)
    }

    /// Answers a connection for which there is no room, instead of leaving the client in the dark.
    ///
    /// A client that expects TLS would take the answer for rubbish: it is cut off.
    func turnAway(_ socket: Int32) {
        let response = HTTPRejection.tooManyConnections.response(path: nil, errorBody: configuration.errorBody)
        report(response)
        if configuration.tls != nil {
            close(socket)
        } else {
            _ = response.sendAtOnce(to: socket)
            lingering.adopt(socket)
        }
    }
}
