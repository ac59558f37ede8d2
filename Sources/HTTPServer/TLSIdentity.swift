import Files
internal import Glibc
import Locking

/// The certificate that a server shows, kept as its files are.
///
/// Connections keep the certificate that they began with.
package final class TLSIdentity: Sendable {
    /// The two files, followed through links, as far as a change shows.
    private struct Stamp: Equatable {
        private let numbers: [Int]

        init(_ paths: [String]) {
            numbers = paths.flatMap { path in
                var status = stat()
                guard unsafe stat(path, &status) == 0 else { return [-1] }
                return [
                    Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
                    status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
                ]
            }
        }
    }

    private struct State: Sendable {
        var certificate: TLSCertificate
        /// Of the files as they were tried last, whether or not they were accepted.
        var tried: Stamp
        var seen: Stamp
    }

    /// More than any chain or key needs.
    private static let largestFile = 1 << 20

    private let chainPath: String
    private let keyPath: String
    private let state: Locked<State>

    /// - Throws: `HTTPServerError` that names the file.
    package init(certificatePath: String, keyPath: String) throws(HTTPServerError) {
        (chainPath, self.keyPath) = (certificatePath, keyPath)
        let stamp = Stamp([certificatePath, keyPath])
        let certificate = try Self.read(certificatePath, keyPath)
        state = Locked(State(certificate: certificate, tried: stamp, seen: stamp))
    }

    var certificate: TLSCertificate { state.withLock { $0.certificate } }

    /// Reads the files; connections that begin from now on are shown what is in them.
    ///
    /// - Throws: `HTTPServerError`; then nothing has changed.
    package func reload() throws(HTTPServerError) {
        let stamp = Stamp([chainPath, keyPath])
        state.withLock { ($0.tried, $0.seen) = (stamp, stamp) }
        let certificate = try Self.read(chainPath, keyPath)
        state.withLock { $0.certificate = certificate }
    }

    /// Looks whether the files have changed, and reads them once they are as at the look before: two files are not written at one
    /// moment.
    ///
    /// - Returns: whether there is a new certificate.
    /// - Throws: as `reload`, once for each change.
    package func look() throws(HTTPServerError) -> Bool {
        let stamp = Stamp([chainPath, keyPath])
        let isDue = state.withLock { state in
            defer { state.seen = stamp }
            return stamp != state.tried && stamp == state.seen
        }
        if isDue { try reload() }
        return isDue
    }

    private static func read(_ chainPath: String, _ keyPath: String) throws(HTTPServerError) -> TLSCertificate {
        let text = TLSCertificate.Text(chain: try bytes(of: chainPath), key: try bytes(of: keyPath))
        do {
            return try TLSCertificate(text)
        } catch {
            switch error {
            case .chain(let reason): throw .notACertificate(path: chainPath, reason: reason)
            case .key(let reason): throw .notAKey(path: keyPath, reason: reason)
            case .pair: throw .keyDoesNotFit(key: keyPath, certificate: chainPath)
            }
        }
    }

    private static func bytes(of path: String) throws(HTTPServerError) -> [UInt8] {
        do {
            return try FileSystem.readRegular(path, limit: largestFile)
        } catch {
            throw .unreadable(reason: error.description)
        }
    }
}
