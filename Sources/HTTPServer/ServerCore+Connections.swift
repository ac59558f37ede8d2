extension ServerCore {
    /// A connection begins; its first header must come soon.
    func openConnection(descriptor: Int32) -> ConnectionRecord {
        connections.open(descriptor: descriptor, deadline: .now + configuration.headerDeadline)
    }

    /// Answers a connection for which there is no room, instead of leaving the client in the dark.
    func turnAway(_ socket: Int32) {
        let response = HTTPRejection.tooManyConnections.response(path: nil, errorBody: configuration.errorBody)
        report(response)
        _ = response.sendAtOnce(to: socket)
        lingering.adopt(socket)
    }
}
