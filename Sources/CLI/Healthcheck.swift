import ArgumentParser
import HTTPServer

struct Healthcheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks a running server whether it is well.",
        discussion: """
            For containers without curl. Exits with 0 when the server answers 200, with 1 when it does not.
            Without flags it asks the server that the same environment would start (ELBO_HOST, ELBO_PORT).

            Example: elbo healthcheck --port 8080 --path /readyz
            """)

    @Option(help: "The server's address (ELBO_HOST; default: 127.0.0.1).")
    var host: String?

    @Option(help: "The server's port (ELBO_PORT; default: 8080).")
    var port: Int?

    @Option(help: "The path to ask for: /livez whether the process is up, /readyz whether it takes requests.")
    var path = "/livez"

    @Option(help: "Seconds to wait for an answer.")
    var timeout = 3

    func validate() throws {
        guard (1...3_600).contains(timeout) else {
            throw ValidationError("--timeout must be from 1 to 3600, not \(timeout)")
        }
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ValidationError("--path must begin with a slash and be percent-encoded")
        }
    }

    func run() throws {
        let host = Settings.text(host, "ELBO_HOST", default: "127.0.0.1")
        let port = UInt16(try Settings.number(port, "ELBO_PORT", default: 8080, in: 1...65_535))
        let status: Int
        do {
            status = try HTTPProbe.status(host: host, port: port, path: path, timeout: .seconds(timeout))
        } catch {
            throw Failure("\(host) port \(port): \(error)")
        }
        guard status == 200 else { throw Failure("\(host) port \(port): \(path) answers \(status)") }
    }
}
