/// Why a server could not be started.
package enum HTTPServerError: Error, Equatable {
    case invalidConfiguration(name: String, expected: String, got: String)
    case unresolvableHost(host: String, reason: String)
    case cannotListen(address: HTTPAddress, reason: String)
    /// Another server listens on the Unix socket.
    case socketInUse(path: String)
    /// Something that is not a socket lies where one should be.
    case notASocket(path: String)
    case uselessDescriptor(Int32, reason: String)
    case unreadable(reason: String)
    case notACertificate(path: String, reason: String)
    case notAKey(path: String, reason: String)
    case keyDoesNotFit(key: String, certificate: String)
    case cannotStart(part: String, reason: String)
}

extension HTTPServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidConfiguration(let name, let expected, let got): "\(name) must be \(expected), not \(got)"
        case .unresolvableHost(let host, let reason): "the address \(host) is unknown: \(reason)"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .socketInUse(let path): "cannot listen on \(path): a server listens there already"
        case .notASocket(let path): "cannot listen on \(path): something that is not a socket is there"
        case .uselessDescriptor(let number, let reason):
            "cannot listen on the inherited descriptor \(number): \(reason)"
        case .unreadable(let reason): reason
        case .notACertificate(let path, let reason): "\(path) holds no certificate in PEM form: \(reason)"
        case .notAKey(let path, let reason): "\(path) holds no private key in PEM form without a password: \(reason)"
        case .keyDoesNotFit(let key, let certificate):
            "the private key in \(key) is not that of the certificate in \(certificate)"
        case .cannotStart(let part, let reason): "cannot start the server's \(part): \(reason)"
        }
    }
}
