internal import CTLS

/// The client's side of TLS over a connected socket, for probes: it believes any certificate.
@safe final class TLSClient {
    private let handle: OpaquePointer

    /// Shakes hands, within the socket's own time limits.
    init(_ descriptor: Int32) throws(HTTPProbe.Failure) {
        var reason: UnsafePointer<CChar>?
        guard let handle = unsafe CTLSClientCreate(descriptor, &reason) else { throw unsafe Self.failure(reason) }
        unsafe self.handle = handle
    }

    deinit {
        unsafe CTLSClientFree(handle)
    }

    func send(_ bytes: [UInt8]) throws(HTTPProbe.Failure) {
        var reason: UnsafePointer<CChar>?
        let count = unsafe CTLSClientSend(handle, bytes, bytes.count, &reason)
        guard count == bytes.count else { throw unsafe Self.failure(reason) }
    }

    /// - Returns: nothing at the end.
    func receive(atMost count: Int) throws(HTTPProbe.Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var reason: UnsafePointer<CChar>?
        let received = unsafe CTLSClientReceive(handle, &bytes, count, &reason)
        guard received >= 0 else { throw unsafe Self.failure(reason) }
        return Array(bytes.prefix(received))
    }

    private static func failure(_ reason: UnsafePointer<CChar>?) -> HTTPProbe.Failure {
        .noAnswer(reason: unsafe reason.map { unsafe "TLS: \(String(cString: $0))" } ?? "TLS")
    }
}
