/// Why a server could not be started.
package enum HTTPServerError: Error, Equatable {
    case invalidConfiguration(name: String, expected: String, got: String)
    case unresolvableHost(host: String, reason: String)
    case cannotListen(host: String, port: UInt16, reason: String)
    case cannotStart(part: String, reason: String)
}

extension HTTPServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidConfiguration(let name, let expected, let got): "\(name) must be \(expected), not \(got)"
        case .unresolvableHost(let host, let reason): "the address \(host) is unknown: \(reason)"
        case .cannotListen(let host, let port, let reason): "cannot listen on \(host) port \(port): \(reason)"
        case .cannotStart(let part, let reason): "cannot start the server's \(part): \(reason)"
        }
    }
}
