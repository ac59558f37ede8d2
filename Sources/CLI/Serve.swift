import ArgumentParser
import Dispatch
import Glibc
import Logging
import ModelStorage
import Service

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves models over HTTP until SIGTERM or SIGINT.",
        discussion: """
            Each setting is a flag, or else an environment variable, or else its default.
            On SIGTERM the server refuses new connections, finishes what it has accepted, and exits with 0.

            Example: elbo serve --models models --port 8080
            """)

    @Option(help: "A folder of model directories (ELBO_MODELS; default: models).")
    var models: String?

    @Option(help: "The model of paths that name none (ELBO_DEFAULT_MODEL; default: the first by name).")
    var defaultModel: String?

    @Option(help: "The address to listen on (ELBO_HOST; default: 127.0.0.1; 0.0.0.0 for all).")
    var host: String?

    @Option(help: "The port to listen on (ELBO_PORT; default: 8080; 0 for any).")
    var port: Int?

    @Option(help: "Compute threads (ELBO_WORKERS; default: the number of cores).")
    var workers: Int?

    @Option(help: "The largest body in bytes (ELBO_MAX_BODY; default: 67108864).")
    var maxBody: Int?

    @Option(help: "Seconds that a request may take (ELBO_REQUEST_TIMEOUT; default: 60).")
    var requestTimeout: Int?

    @Option(help: "Seconds to finish accepted requests when stopping (ELBO_DRAIN_TIMEOUT; default: 30).")
    var drainTimeout: Int?

    func run() throws {
        // Before any thread starts, so that all inherit the mask and only `sigwait` sees the signals.
        let signals = StopSignals()
        let logger = Logger(label: "elbo") { StreamLogHandler.standardError(label: $0) }
        let loaded = try Models.loadAll(in: Settings.text(models, "ELBO_MODELS", default: "models"))
        let service = try start(loaded)
        let drain = Duration.seconds(
            try Settings.number(drainTimeout, "ELBO_DRAIN_TIMEOUT", default: 30, in: 0...86_400))
        logger.notice("serving \(service.modelNames.joined(separator: ", ")) on port \(service.port)")
        let signal = signals.wait()
        logger.notice("signal \(signal): finishing \(service.inFlight) requests")
        DispatchQueue.global().async {
            service.stop(deadline: drain)
            logger.notice("stopped")
            Glibc.exit(0)
        }
        _ = signals.wait()
        logger.warning("second signal: leaving at once")
        Glibc.exit(1)
    }

    private func start(_ models: [StoredModel]) throws -> Service {
        var configuration = Service.Configuration()
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        configuration.host = Settings.text(host, "ELBO_HOST", default: "127.0.0.1")
        configuration.port = UInt16(try Settings.number(port, "ELBO_PORT", default: 8080, in: 0...65_535))
        configuration.workers = try Settings.number(workers, "ELBO_WORKERS", default: cores, in: 1...256)
        configuration.maxBodyBytes = try Settings.number(
            maxBody, "ELBO_MAX_BODY", default: 64 << 20, in: 1...(1 << 34))
        let timeout = try Settings.number(requestTimeout, "ELBO_REQUEST_TIMEOUT", default: 60, in: 1...86_400)
        configuration.requestTimeout = .seconds(timeout)
        configuration.defaultModel = Settings.optionalText(defaultModel, "ELBO_DEFAULT_MODEL")
        do {
            return try Service(models, configuration)
        } catch {
            throw Failure("cannot serve: \(error)")
        }
    }
}

/// SIGTERM and SIGINT, taken from the process and given to whoever waits.
private struct StopSignals {
    private let set: sigset_t

    init() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        self.set = set
    }

    /// Blocks until one comes.
    func wait() -> Int32 {
        var (set, number) = (set, Int32(0))
        while unsafe sigwait(&set, &number) != 0 {}
        return number
    }
}
