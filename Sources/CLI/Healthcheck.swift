import ArgumentParser
import HTTPServer

struct Healthcheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks a running server whether it is well.",
        discussion: """
            For containers without curl. Exits with 0 when the server answers 200, with 1 when it does not.
            Without flags it asks the server that the same environment would start (ELBO_HOST, ELBO_PORT,
            ELBO_UNIX_SOCKET where neither of these is told, ELBO_TLS_CERTIFICATE).

            Example: elbo healthcheck --port 8080 --path /readyz
            """)

    @Option(help: "The server's address (ELBO_HOST; default: 127.0.0.1).")
    var host: String?

    @Option(help: "The server's port (ELBO_PORT; default: 8080).")
    var port: Int?

    @Option(help: "The server's Unix socket, asked in place of an address and a port (ELBO_UNIX_SOCKET).")
    var unixSocket: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Ask by TLS, whatever certificate is shown (default: yes if ELBO_TLS_CERTIFICATE is set).")
    var tls: Bool?

    @Option(help: "The path to ask for: /livez whether the process is up, /readyz whether it takes requests.")
    var path = "/livez"

    @Option(help: "Seconds to wait for an answer.")
    var timeout = 3

    func validate() throws {
        guard (1...3_600).contains(timeout) else {
            throw ValidationError("--timeout must be from 1 to 3600, not \(timeout)")
        }
        guard unixSocket == nil || host == nil && port == nil else {
            throw ValidationError("say either --unix-socket or an address and a port")
        }
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ValidationError("--path must begin with a slash and be percent-encoded")
        }
    }

    func run() throws {
        let address = try address()
        let isEncrypted = tls ?? (Settings.nonempty(nil, "ELBO_TLS_CERTIFICATE") != nil)
        let status: Int
        do {
            status = try HTTPProbe.status(
                at: address, isEncrypted ? .https : .http, path: path, timeout: .seconds(timeout))
        } catch {
            throw Failure("\(address): \(error)")
        }
        guard status == 200 else { throw Failure("\(address): \(path) answers \(status)") }
    }

    /// Flags win over the environment, and TCP, where the environment names it, over the Unix socket beside it.
    private func address() throws -> HTTPAddress {
        let isTCPTold = host != nil || port != nil
        if let unixSocket { return .unix(path: unixSocket) }
        let isTCPSet = isTCPTold || ["ELBO_HOST", "ELBO_PORT"].contains { Settings.optionalText(nil, $0) != nil }
        if let path = Settings.nonempty(nil, "ELBO_UNIX_SOCKET"), !isTCPSet { return .unix(path: path) }
        let port = try Settings.number(port, "ELBO_PORT", default: 8080, in: 1...65_535)
        return .tcp(host: Settings.text(host, "ELBO_HOST", default: "127.0.0.1"), port: UInt16(port))
    }
}
