internal import CTLS

/// A chain of certificates and the key that fits, as connections show them.
///
/// `@unchecked Sendable`: GnuTLS permits many sessions to read one set of credentials, and nothing changes it.
@safe final class TLSCertificate: @unchecked Sendable {
    /// What the two files of a pair hold, in bytes.
    struct Text {
        let chain: [UInt8]
        let key: [UInt8]
    }

    enum Fault: Error {
        case chain(String)
        case key(String)
        case pair
    }

    private let handle: OpaquePointer

    /// - Throws: `Fault`.
    init(_ text: Text) throws(Fault) {
        var fault = CTLSFaultNone
        var reason: UnsafePointer<CChar>?
        let created = unsafe CTLSCertificateCreate(
            text.chain, text.chain.count, text.key, text.key.count, &fault, &reason)
        guard let handle = unsafe created else {
            let reason = unsafe reason.map { unsafe String(cString: $0) } ?? ""
            switch fault {
            case CTLSFaultChain: throw .chain(reason)
            case CTLSFaultKey: throw .key(reason)
            default: throw .pair
            }
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe CTLSCertificateFree(handle)
    }

    /// Shows it to the client of a session that has not begun; it must be kept until the session is gone.
    func show(in session: UnsafeMutableRawPointer) {
        unsafe CTLSShow(session, handle)
    }
}
