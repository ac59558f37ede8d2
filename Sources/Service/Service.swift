import HTTPServer
import Inference
import ModelStorage

/// Models over HTTP, from start to stop.
package final class Service: Sendable {
    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        package var port: UInt16 = 8080
        /// Compute threads.
        package var workers = 2
        /// Of a body that is held; a table is answered while it arrives, however long.
        package var maxBodyBytes = 64 << 20
        /// The longest that a request may take.
        package var requestTimeout = Duration.seconds(60)
        /// The model that answers where none is named; nil takes the first by name.
        package var defaultModel: String?

        package init() {}
    }

    private let handler: RequestHandler
    private let registry: ModelRegistry
    private let executors: [ComputeExecutor]
    private let server: Server

    /// Listens when it returns.
    package init(_ models: [StoredModel], _ configuration: Configuration) throws(ServiceStartError) {
        executors = (0..<configuration.workers).map { _ in ComputeExecutor() }
        registry = try ModelRegistry(models, defaultName: configuration.defaultModel, executors: executors)
        let handler = RequestHandler(
            registry, timeout: configuration.requestTimeout, maxBodyBytes: configuration.maxBodyBytes)
        self.handler = handler
        do {
            server = try Server(
                configuration: Self.http(configuration), intake: { handler.intake($0) },
                handler: { handler.answer($0) })
        } catch {
            throw .server(error)
        }
    }

    private static func http(_ configuration: Configuration) -> HTTPServerConfiguration {
        var http = HTTPServerConfiguration()
        (http.host, http.port) = (configuration.host, configuration.port)
        http.maxBodyBytes = configuration.maxBodyBytes
        http.requestDeadline = configuration.requestTimeout
        http.alwaysAdmittedPaths = ["/livez", "/readyz"]
        http.errorBody = { _, code, message in
            ("application/json", ErrorBody.bytes(code: code, message: message))
        }
        return http
    }

    package var port: UInt16 { server.port }
    package var inFlight: Int { server.inFlight }
    package var modelNames: [String] { registry.models.map(\.name) }

    /// How long an idle connection may stay open when the service stops, in case its next request is on its way.
    private static let keepAliveFarewell = Duration.seconds(1)

    /// Refuses new connections, finishes what has been accepted (until the deadline), and stops.
    package func stop(deadline: Duration) {
        handler.beginDrain()
        server.beginDrain()
        server.letConnectionsEnd(within: min(deadline, Self.keepAliveFarewell))
        server.stop(deadline: deadline)
        registry.close()
        for executor in executors { executor.stop() }
    }
}
