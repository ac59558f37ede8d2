import ArgumentParser
import HTTPServer

/// Where `elbo serve` listens, and what it shows of itself.
struct ListenArguments: ParsableArguments {
    @Option(help: "The address to listen on (ELBO_HOST; default: 127.0.0.1; 0.0.0.0 for all).")
    var host: String?

    @Option(help: "The port to listen on (ELBO_PORT; default: 8080; 0 for any).")
    var port: Int?

    @Option(help: "Listen on this Unix socket; on TCP too only if an address or a port is told (ELBO_UNIX_SOCKET).")
    var unixSocket: String?

    @Option(help: "Who may connect to the Unix socket, in octal (ELBO_UNIX_SOCKET_MODE; default: 660).")
    var unixSocketMode: String?

    @Option(help: "Serve by TLS with this chain of certificates, a PEM file (ELBO_TLS_CERTIFICATE).")
    var tlsCertificate: String?

    @Option(help: "The private key of the certificate, a PEM file (ELBO_TLS_KEY).")
    var tlsKey: String?

    /// - Parameter inherited: what systemd has passed on; these are used in place of an address and a port.
    func endpoints(inherited: [HTTPEndpoint]) throws -> [HTTPEndpoint] {
        var endpoints = inherited
        let path = Settings.nonempty(unixSocket, "ELBO_UNIX_SOCKET")
        let isAddressTold = Settings.optionalText(host, "ELBO_HOST") != nil
        let isPortTold = Settings.optionalText(port.map(String.init), "ELBO_PORT") != nil
        if inherited.isEmpty, path == nil || isAddressTold || isPortTold {
            let host = Settings.text(host, "ELBO_HOST", default: "127.0.0.1")
            let port = try Settings.number(port, "ELBO_PORT", default: 8080, in: 0...65_535)
            endpoints.append(.tcp(host: host, port: UInt16(port)))
        }
        if let path { endpoints.append(.unix(path: path, mode: try mode())) }
        return endpoints
    }

    /// Nil where nothing is said of TLS.
    func identity() throws -> TLSIdentity? {
        let certificate = Settings.nonempty(tlsCertificate, "ELBO_TLS_CERTIFICATE")
        let key = Settings.nonempty(tlsKey, "ELBO_TLS_KEY")
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            do {
                return try TLSIdentity(certificatePath: certificate, keyPath: key)
            } catch {
                throw Failure("cannot serve by TLS: \(error)")
            }
        default:
            throw ValidationError("TLS needs both --tls-certificate and --tls-key (ELBO_TLS_CERTIFICATE, ELBO_TLS_KEY)")
        }
    }

    private func mode() throws -> UInt32 {
        guard let text = Settings.nonempty(unixSocketMode, "ELBO_UNIX_SOCKET_MODE") else {
            return HTTPEndpoint.defaultMode
        }
        guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
            throw ValidationError(
                "ELBO_UNIX_SOCKET_MODE or its flag is '\(text)'; expected an octal number from 0 to 777")
        }
        return mode
    }
}
