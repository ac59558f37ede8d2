import Dispatch
import HTTPServer
import Logging

/// Looks again and again whether the files of a certificate have changed, and reads them on request, one at a time.
///
/// It looks rather than being told, because rotated secrets lie behind links.
final class CertificateWatch: Sendable {
    private static let interval = DispatchTimeInterval.seconds(2)

    private let identity: TLSIdentity
    private let logger: Logger
    private let queue = DispatchQueue(label: "elbo.certificates")

    /// Begins at once, and lasts as long as the process.
    init(_ identity: TLSIdentity, _ logger: Logger) {
        (self.identity, self.logger) = (identity, logger)
        schedule()
    }

    /// Returns when they are read, or refused.
    func reload() {
        queue.sync {
            tell { () throws(HTTPServerError) in
                try identity.reload()
                return true
            }
        }
    }

    private func schedule() {
        queue.asyncAfter(deadline: .now() + Self.interval) { [self] in
            tell { () throws(HTTPServerError) in try identity.look() }
            schedule()
        }
    }

    private func tell(_ read: () throws(HTTPServerError) -> Bool) {
        do {
            if try read() { logger.notice("loaded the TLS certificate") }
        } catch {
            logger.error("refused the new TLS certificate, the old one stays: \(error)")
        }
    }
}
