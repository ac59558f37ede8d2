internal import Glibc

/// A socket that a client has connected to, and where from.
struct ConnectedSocket: Sendable {
    let descriptor: Int32
    let address: sockaddr_storage
    let addressSize: socklen_t

    func close() {
        _ = Glibc.close(descriptor)
    }
}
