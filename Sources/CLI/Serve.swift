import ArgumentParser
import Dispatch
import Files
import Glibc
import Logging
import ModelStorage
import Service

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves models over HTTP until SIGTERM or SIGINT.",
        discussion: """
            Each setting is a flag, or else an environment variable, or else its default.
            On SIGTERM the server refuses new connections, finishes what it has accepted, and exits with 0. On SIGHUP it reads the
            models that are new or have changed, and lets go those that are not there any more; one that fails changes nothing.

            A model is a folder with a model.json, or a folder of versions: models/fraud/1/model.json beside models/fraud/2/model.json.

            Example: elbo serve --models models --model fraud=/data/fraud --port 8080
            """)

    @Option(help: "A folder of model directories (ELBO_MODELS; default: models).")
    var models: String?

    @Option(name: .customLong("model"), help: "A model that lies elsewhere, as NAME=FOLDER; may be repeated.")
    var named: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: "Look every second whether the files of models have changed (ELBO_WATCH=true; default: no).")
    var watch: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "Let clients load and unload models by /v2/repository (ELBO_MANAGE=false forbids it; default: yes).")
    var manage: Bool?

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

    @OptionGroup(title: "Access") var access: AccessArguments
    @OptionGroup(title: "Log") var logging: LogArguments

    func run() throws {
        // Before any thread starts, so that all inherit the mask and only `sigwait` sees the signals.
        let signals = Signals()
        let log = try logging.makeLog()
        do {
            try serve(signals, log)
        } catch let failure as Failure {
            log.logger.critical("\(failure.description)")
            log.flush(within: .seconds(1))
            throw ExitCode.failure
        }
    }

    private func serve(_ signals: Signals, _ log: ServerLog) throws -> Never {
        let logger = log.logger
        let service = try start(log)
        let drain = Duration.seconds(
            try Settings.number(drainTimeout, "ELBO_DRAIN_TIMEOUT", default: 30, in: 0...86_400))
        logger.notice("serving \(service.modelNames.joined(separator: ", ")) on port \(service.port)")
        var signal = signals.wait()
        while signal == SIGHUP {
            logger.notice("signal \(signal): looking for new and changed models")
            service.reload()
            signal = signals.wait()
        }
        logger.notice("signal \(signal): finishing \(service.inFlight) requests")
        DispatchQueue.global().async {
            service.stop(deadline: drain)
            logger.notice("stopped")
            log.flush(within: .seconds(1))
            Glibc.exit(0)
        }
        while signals.wait() == SIGHUP {}
        logger.warning("second signal: leaving at once")
        log.flush(within: .milliseconds(200))
        Glibc.exit(1)
    }

    private func start(_ log: ServerLog) throws -> Service {
        let (catalog, description) = try catalog()
        for folder in (try? catalog.unreadable()) ?? [] {
            log.logger.warning("passing over \(folder): it may not be read")
        }
        var configuration = Service.Configuration()
        configuration.catalog = catalog
        log.attach(to: &configuration)
        configuration.version = Version.text
        configuration.watchInterval = try Settings.flag(watch, "ELBO_WATCH", default: false) ? .seconds(1) : nil
        configuration.isManaged = try Settings.flag(manage, "ELBO_MANAGE", default: true)
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        configuration.host = Settings.text(host, "ELBO_HOST", default: "127.0.0.1")
        configuration.port = UInt16(try Settings.number(port, "ELBO_PORT", default: 8080, in: 0...65_535))
        configuration.workers = try Settings.number(workers, "ELBO_WORKERS", default: cores, in: 1...256)
        configuration.maxBodyBytes = try Settings.number(
            maxBody, "ELBO_MAX_BODY", default: 64 << 20, in: 1...(1 << 34))
        let timeout = try Settings.number(requestTimeout, "ELBO_REQUEST_TIMEOUT", default: 60, in: 1...86_400)
        configuration.requestTimeout = .seconds(timeout)
        try access.apply(to: &configuration, log.logger)
        configuration.defaultModel = Settings.optionalText(defaultModel, "ELBO_DEFAULT_MODEL")
        do {
            return try Service(Models.loadAll(catalog, description: description), configuration)
        } catch {
            throw error as? Failure ?? Failure("cannot serve: \(error)")
        }
    }

    /// The folder of models, and those that have a name of their own; `models` where neither is told.
    private func catalog() throws -> (catalog: ModelCatalog, description: String) {
        let given = Settings.optionalText(models, "ELBO_MODELS")
        let folder = named.isEmpty ? given ?? "models" : given
        if let folder, FileSystem.exists("\(folder)/model.json") {
            let name = StoredModel.name(of: folder)
            throw Failure("\(folder) is itself a model: name the folder above it, or say --model \(name)=\(folder)")
        }
        let pairs = try named.map { try Self.namedModel($0) }
        if let (name, path) = try pairs.first(where: { try ModelCatalog(named: [$0]).places().isEmpty }) {
            throw Failure("no model in \(path), which --model calls '\(name)'")
        }
        let places = (folder.map { [$0] } ?? []) + pairs.map(\.path)
        return (ModelCatalog(folder: folder, named: pairs), places.joined(separator: ", "))
    }

    private static func namedModel(_ text: String) throws -> (name: String, path: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("--model is '\(text)'; expected NAME=FOLDER") }
        return (parts[0], parts[1])
    }
}

/// SIGTERM, SIGINT and SIGHUP, taken from the process and given to whoever waits.
private struct Signals {
    private let set: sigset_t

    init() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGHUP)
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
