/// Where a server can be reached.
package enum HTTPAddress: Equatable, Sendable {
    case tcp(host: String, port: UInt16)
    case unix(path: String)

    /// Whether only this machine can reach it.
    package var isLocal: Bool {
        switch self {
        case .tcp(let host, _): host.hasPrefix("127.") || host == "::1" || host == "localhost"
        case .unix: true
        }
    }

    /// Nil for a Unix socket.
    package var port: UInt16? {
        if case .tcp(_, let port) = self { port } else { nil }
    }
}

extension HTTPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): "\(host) port \(port)"
        case .unix(let path): path
        }
    }
}
