import ArgumentParser
import Dispatch
import Files
import Glibc
import HTTPServer
import Kernels
import Logging
import ModelStorage
import Service

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves models over HTTP until SIGTERM or SIGINT.",
        discussion: """
            Each setting is a flag, or else an environment variable, or else its default.
            On SIGTERM the server refuses new connections, finishes what it has accepted, and exits with 0. On SIGHUP it reads the
            models that are new or have changed, and lets go those that are not there any more; one that fails changes nothing. A TLS
            certificate is read again on SIGHUP and when its files change; open connections keep theirs.

            Under systemd it takes the sockets that are passed on (LISTEN_FDS) in place of an address and a port, and tells when it
            is ready, reloads and stops (NOTIFY_SOCKET, WATCHDOG_USEC): Type=notify, or from systemd 253 on notify-reload.

            A model is a folder with a model.json, or a folder of versions: models/fraud/1/model.json beside models/fraud/2/model.json.

            Example: elbo serve models --model fraud=/data/fraud --port 8080
            """)

    @Argument(help: "A folder of model directories (ELBO_MODELS; default: models).")
    var folder: String?

    @Option(help: "The same, by name.")
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

    @OptionGroup var listen: ListenArguments

    @Option(help: "Compute threads (ELBO_WORKERS; default: the number of cores).")
    var workers: Int?

    @Flag(
        inversion: .prefixedNo,
        help:
            "Compute requests together that wait at the same time; the answers are the same (ELBO_BATCHING=false; default: yes)."
    )
    var batching: Bool?

    @OptionGroup var precision: PrecisionArguments

    @Option(help: "The largest body in bytes (ELBO_MAX_BODY; default: 67108864).")
    var maxBody: Int?

    @Option(help: "Seconds that a request may take (ELBO_REQUEST_TIMEOUT; default: 60).")
    var requestTimeout: Int?

    @Option(help: "Seconds to finish accepted requests when stopping (ELBO_DRAIN_TIMEOUT; default: 30).")
    var drainTimeout: Int?

    @Option(
        help: """
            Seconds after SIGTERM in which connections are still accepted while /readyz says no, for load balancers to notice \
            (ELBO_DRAIN_DELAY; default: 0).
            """)
    var drainDelay: Int?

    @OptionGroup(title: "Access") var access: AccessArguments
    @OptionGroup(title: "Log") var logging: LogArguments

    func run() throws {
        Self.raiseDescriptorLimit()
        let inherited = InheritedSockets.take()
        let notifier = ServiceNotifier()
        // Before any thread starts, so that all inherit the mask and only `sigwait` sees the signals.
        let signals = Signals()
        let log = try logging.makeLog()
        do {
            try serve(signals, log, inherited, notifier)
        } catch let failure as Failure {
            log.logger.critical("\(failure.description)")
            log.flush(within: .seconds(1))
            throw ExitCode.failure
        }
    }

    private func serve(
        _ signals: Signals, _ log: ServerLog, _ inherited: [HTTPEndpoint], _ notifier: ServiceNotifier?
    ) throws -> Never {
        let logger = log.logger
        let identity = try listen.identity()
        let service = try start(log, try listen.endpoints(inherited: inherited), identity)
        let drain = Duration.seconds(
            try Settings.number(drainTimeout, "ELBO_DRAIN_TIMEOUT", default: 30, in: 0...86_400))
        let delay = try Settings.number(drainDelay, "ELBO_DRAIN_DELAY", default: 0, in: 0...86_400)
        logger.notice("\(Self.status(service))")
        let certificates = identity.map { CertificateWatch($0, logger) }
        notifier?.ready(Self.status(service))
        let watchdog = notifier.flatMap { notifier in
            service.addresses.first.flatMap { Watchdog(notifier, $0, identity == nil ? .http : .https) }
        }
        var signal = signals.wait()
        while signal == SIGHUP {
            logger.notice("signal \(signal): looking for new and changed models")
            notifier?.reloading()
            certificates?.reload()
            service.reload { notifier?.ready(Self.status(service)) }
            signal = signals.wait()
        }
        notifier?.stopping()
        logger.notice("signal \(signal): finishing \(service.inFlight) requests")
        service.beginDrain()
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(delay)) {
            service.stop(deadline: drain)
            logger.notice("stopped")
            log.flush(within: .seconds(1))
            Glibc.exit(0)
        }
        while signals.wait() == SIGHUP {}
        logger.warning("second signal: leaving at once")
        log.flush(within: .milliseconds(200))
        withExtendedLifetime(watchdog) { Glibc.exit(1) }
    }

    /// Connections, files and models need more descriptors than the 1,024 that a login session has; whoever set a hard limit meant it.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func status(_ service: Service) -> String {
        "serving \(service.modelNames.joined(separator: ", ")) on \(text(service.addresses))"
    }

    /// `port 8080 and /run/elbo.sock`
    private static func text(_ addresses: [HTTPAddress]) -> String {
        addresses.map { $0.port.map { "port \($0)" } ?? $0.description }.joined(separator: " and ")
    }

    private func start(_ log: ServerLog, _ endpoints: [HTTPEndpoint], _ identity: TLSIdentity?) throws -> Service {
        let (catalog, description) = try catalog()
        for folder in (try? catalog.unreadable()) ?? [] {
            log.logger.warning("passing over \(folder): it may not be read")
        }
        var configuration = Service.Configuration()
        configuration.catalog = catalog
        configuration.precision = try precision.resolved()
        log.attach(to: &configuration)
        configuration.version = Version.text
        configuration.watchInterval = try Settings.flag(watch, "ELBO_WATCH", default: false) ? .seconds(1) : nil
        configuration.isManaged = try Settings.flag(manage, "ELBO_MANAGE", default: true)
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        (configuration.endpoints, configuration.tls) = (endpoints, identity)
        configuration.workers = try Settings.number(workers, "ELBO_WORKERS", default: cores, in: 1...256)
        configuration.isBatching = try Settings.flag(batching, "ELBO_BATCHING", default: true)
        configuration.maxBodyBytes = try Settings.number(
            maxBody, "ELBO_MAX_BODY", default: 64 << 20, in: 1...(1 << 34))
        let timeout = try Settings.number(requestTimeout, "ELBO_REQUEST_TIMEOUT", default: 60, in: 1...86_400)
        configuration.requestTimeout = .seconds(timeout)
        try access.apply(to: &configuration, log.logger)
        configuration.defaultModel = Settings.optionalText(defaultModel, "ELBO_DEFAULT_MODEL")
        do {
            let models = try Models.loadAll(catalog, description: description, configuration.precision)
            for line in models.compactMap(Self.deviation) { log.logger.notice("\(line)") }
            let service = try Service(models, configuration)
            if configuration.keys == nil, !service.addresses.allSatisfy(\.isLocal) {
                log.logger.warning("anybody who reaches this server may ask it: there are no keys (see --tokens)")
            }
            return service
        } catch {
            throw error as? Failure ?? Failure("cannot serve: \(error)")
        }
    }

    /// `mnist keeps its weights as bf16: scores of 4 golden rows differ by 0.021 nats in the mean, 0.043 at most`
    private static func deviation(_ model: StoredModel) -> String? {
        model.deviation.map {
            "\(model.name) keeps its weights as \(model.precision.rawValue): scores of \(Text.counted($0.rows, "golden row")) differ by "
                + "\(Text.short($0.mean)) nats in the mean, \(Text.short($0.largest)) at most"
        }
    }

    /// The folder of models, and those that have a name of their own; `models` where neither is told.
    private func catalog() throws -> (catalog: ModelCatalog, description: String) {
        if let folder, let models {
            throw Failure("one folder of models is served, not both \(folder) and \(models); name others by --model")
        }
        let given = Settings.optionalText(folder ?? models, "ELBO_MODELS")
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
