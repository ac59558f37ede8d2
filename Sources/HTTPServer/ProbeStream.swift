internal import Glibc

/// A connection of a probe, encrypted or not.
enum ProbeStream {
    case plain(Int32)
    case encrypted(TLSClient)

    func send(_ text: String) throws(HTTPProbe.Failure) {
        let bytes = Array(text.utf8)
        switch self {
        case .plain(let descriptor):
            let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, SocketFlags.noSignal)
            guard sent == bytes.count else { throw .noAnswer(reason: SystemError.last.description) }
        case .encrypted(let client):
            try client.send(bytes)
        }
    }

    /// - Returns: nothing at the end.
    func receive(atMost count: Int) throws(HTTPProbe.Failure) -> [UInt8] {
        switch self {
        case .plain(let descriptor):
            var bytes = [UInt8](repeating: 0, count: count)
            let received = unsafe recv(descriptor, &bytes, count, 0)
            guard received >= 0 else { throw .noAnswer(reason: SystemError.last.description) }
            return Array(bytes.prefix(received))
        case .encrypted(let client):
            return try client.receive(atMost: count)
        }
    }
}
