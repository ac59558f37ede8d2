/// A socket to listen on.
package enum HTTPEndpoint: Equatable, Sendable {
    /// The first address that the host's name has; port 0 asks for any free one.
    case tcp(host: String, port: UInt16)
    /// A file that other processes may connect to as its mode allows. What a dead server left there is replaced; the file is
    /// removed when the server stops.
    case unix(path: String, mode: UInt32)
    /// A descriptor that listens already and stays open for whoever passed it on: connections that come once the server stops wait
    /// for the next one.
    case inherited(descriptor: Int32)

    /// What a Unix socket's file permits where nothing else is said: connecting, to its owner and group.
    package static let defaultMode: UInt32 = 0o660
}
