import DataFiles
import HTTPServer
import Inference
import Kernels
import ModelStorage

/// Models over HTTP, from start to stop.
package final class Service: Sendable {
    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        package var port: UInt16 = 8080
        /// Where to listen in place of `host` and `port`.
        package var endpoints: [HTTPEndpoint] = []
        /// Nil serves in plain text.
        package var tls: TLSIdentity?
        /// Compute threads.
        package var workers = 2
        /// Whether requests that wait at the same time are computed together.
        package var isBatching = true
        /// Of a body that is held; a table is answered while it arrives, however long.
        package var maxBodyBytes = 64 << 20
        /// The longest that a request may take.
        package var requestTimeout = Duration.seconds(60)
        /// The model that answers where none is named; nil takes the first by name.
        package var defaultModel: String?
        /// Where models are loaded from while the service runs.
        package var catalog = ModelCatalog()
        /// How the weights of models that are loaded while the service runs are kept.
        package var precision = WeightPrecision.float32
        /// Whether clients may load and unload models.
        package var isManaged = true
        /// How often to look whether the files of models have changed; nil does not look.
        package var watchInterval: Duration?
        /// Called with each change of what is served, one at a time.
        package var tell: @Sendable (ModelChange) -> Void = { _ in }
        /// Called with each request that is to be logged, on a thread of the server, which it must not hold up; nil logs none.
        package var tellRequest: (@Sendable (RequestRecord) -> Void)?
        /// How many lines of the log were lost.
        package var droppedLogLines: @Sendable () -> Int = { 0 }

        /// Who may ask; nil for anybody.
        package var keys: AccessKeyFile?
        /// Requests a second of a key; nil for as many as it likes.
        package var rateLimit: Double?
        package var crossOrigin = CrossOrigin([])
        /// Whether answers are sent in gzip to clients that accept it.
        package var compresses = true
        /// Of all bodies together that are held.
        package var maxHeldBytes = 512 << 20

        /// What the server calls its version.
        package var version = "0"

        package init() {}
    }

    private let handler: RequestHandler
    let registry: ModelRegistry
    let loader: ModelLoader
    private let executors: [ComputeExecutor]
    private let server: Server

    /// Listens when it returns.
    package init(_ models: [StoredModel], _ configuration: Configuration) throws(ServiceStartError) {
        executors = (0..<configuration.workers).map { _ in ComputeExecutor() }
        let (executors, tell) = (executors, configuration.tell)
        let limits = ModelEngine.Limits(isBatching: configuration.isBatching)
        registry = try ModelRegistry(
            models.map { ServedModel($0, executors: executors, limits) }, defaultName: configuration.defaultModel)
        let logging = LoggingSettings()
        loader = ModelLoader(
            registry, configuration.catalog, configuration.precision, executors: executors, limits
        ) { change in
            if logging.tells(change) { tell(change) }
        }
        for model in registry.models { model.warm() }
        let openInference = OpenInferenceHandler(
            registry, configuration.isManaged ? loader : nil, logging, timeout: configuration.requestTimeout,
            maxBodyBytes: configuration.maxBodyBytes, version: configuration.version)
        let metrics = ServiceMetrics(
            version: configuration.version, reloads: loader.metrics, droppedLogLines: configuration.droppedLogLines)
        let observer = RequestObserver(
            metrics: metrics.requests, logging: logging, tell: configuration.tellRequest)
        let handler = RequestHandler(
            registry, openInference, timeout: configuration.requestTimeout, maxBodyBytes: configuration.maxBodyBytes,
            metrics: metrics,
            access: configuration.keys.map { AccessControl($0, usualRate: configuration.rateLimit) },
            crossOrigin: configuration.crossOrigin)
        self.handler = handler
        do {
            server = try Server(
                configuration: Self.http(configuration, observer), load: metrics.load, intake: { handler.intake($0) },
                handler: { handler.answer($0) })
        } catch {
            throw .server(error)
        }
        if let interval = configuration.watchInterval { loader.watch(every: interval) }
        configuration.keys?.watch(every: Self.keysInterval)
    }

    /// How soon a key that was taken away is of no use.
    private static let keysInterval = Duration.seconds(1)

    private static func http(_ configuration: Configuration, _ observer: RequestObserver) -> HTTPServerConfiguration {
        var http = HTTPServerConfiguration()
        (http.host, http.port) = (configuration.host, configuration.port)
        (http.endpoints, http.tls) = (configuration.endpoints, configuration.tls)
        http.maxBodyBytes = configuration.maxBodyBytes
        http.maxHeldBodyBytes = max(configuration.maxHeldBytes, configuration.maxBodyBytes)
        let crossOrigin = configuration.crossOrigin
        if !crossOrigin.isOff { http.responseHeaders = { crossOrigin.headers(for: $0) } }
        if configuration.compresses { http.compression = HTTPCompression { Gzip.compress($0) } }
        http.requestDeadline = configuration.requestTimeout
        http.alwaysAdmittedPaths = ["/livez", "/readyz", "/metrics", "/v2/health/live", "/v2/health/ready"]
        http.observer = { observer.observe($0) }
        http.errorBody = { _, code, message, path in
            ("application/json", ErrorForm(path: path).bytes(code: code, message: message))
        }
        return http
    }

    package var port: UInt16 { server.port }
    package var addresses: [HTTPAddress] { server.addresses }
    package var inFlight: Int { server.inFlight }
    package var modelNames: [String] { registry.models.map(\.name) }

    /// Reads what is new or has changed in the folders, and lets go what is not there any more; returns before that is done.
    package func reload(completion: @escaping @Sendable () -> Void = {}) {
        loader.reload(completion: completion)
    }

    /// How long an idle connection may stay open when the service stops, in case its next request is on its way.
    private static let keepAliveFarewell = Duration.seconds(1)

    /// Says that it is not ready any more, and goes on serving: load balancers need a while to notice.
    package func beginDrain() {
        handler.beginDrain()
    }

    /// Refuses new connections, finishes what has been accepted (until the deadline), and stops.
    package func stop(deadline: Duration) {
        beginDrain()
        server.beginDrain()
        server.letConnectionsEnd(within: min(deadline, Self.keepAliveFarewell))
        server.stop(deadline: deadline)
        registry.close()
        for executor in executors { executor.stop() }
    }
}
