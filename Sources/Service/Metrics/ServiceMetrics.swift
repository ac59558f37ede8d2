import Dispatch
import HTTPServer

/// What `GET /metrics` tells.
final class ServiceMetrics: Sendable {
    let requests = RequestMetrics()
    let load = HTTPLoad()
    private let version: String
    private let reloads: ReloadMetrics
    private let droppedLogLines: @Sendable () -> Int
    /// Of its own: on the queue for parsing, long tables wait for the engines.
    private let queue = DispatchQueue(label: "elbo.metrics")

    /// - Parameter version: of the server.
    init(
        version: String = "0", reloads: ReloadMetrics = ReloadMetrics(),
        droppedLogLines: @escaping @Sendable () -> Int = { 0 }
    ) {
        (self.version, self.reloads, self.droppedLogLines) = (version, reloads, droppedLogLines)
    }

    /// Off the server's threads: there may be many models.
    func answer(_ registry: ModelRegistry) -> HTTPAnswer {
        .later { [self] reply in
            queue.async { [self] in reply.send(response(registry)) }
        }
    }

    private func response(_ registry: ModelRegistry) -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: [("Content-Type", MetricsWriter.contentType)], body: text(registry))
    }

    private func text(_ registry: ModelRegistry) -> [UInt8] {
        var writer = MetricsWriter()
        writer.family("elbo_build_info", .gauge, "The version of this server.") {
            $0.sample([("version", version)], 1)
        }
        requests.write(to: &writer)
        writer.family("http_server_active_requests", .gauge, "Requests in flight, this one too.") {
            $0.sample([], load.inFlight)
        }
        Self.writeReadiness(registry.entries, to: &writer)
        let models = registry.models
        ModelMetrics.write(models.map { ModelMetrics($0) }, to: &writer)
        reloads.write(to: &writer)
        writer.family("elbo_log_dropped_total", .counter, "Lines of the log that were lost.") {
            $0.sample([], droppedLogLines())
        }
        DriftMetrics.write(models.compactMap { DriftMetrics($0) }, to: &writer)
        ProcessMetrics.write(to: &writer)
        return writer.bytes
    }

    /// Of all models that are known, served or not.
    private static func writeReadiness(_ entries: [ModelEntry], to writer: inout MetricsWriter) {
        writer.family("elbo_model_ready", .gauge, "Whether a model that is known is served.") {
            for (place, entry) in entries.enumerated() {
                // Two folders may claim one name and version; they stand beside each other, and one at most is served.
                if place > 0, entries[place - 1].id == entry.id { continue }
                let isReady = entries.contains { $0.id == entry.id && $0.model != nil }
                $0.sample([("model", entry.id.name), ("version", entry.id.version)], isReady ? 1 : 0)
            }
        }
    }
}
