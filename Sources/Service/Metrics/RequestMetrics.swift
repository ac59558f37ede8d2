import HTTPServer
import Locking

/// Counts requests: one lock for each, and no text is made until somebody asks.
final class RequestMetrics: Sendable {
    /// What is counted apart. Nothing that a client is free to choose is in it, so the memory is bounded.
    private struct Key: Hashable {
        /// nil for a path that leads nowhere.
        let route: Route?
        let method: String
        let status: Int
    }

    private struct State: Sendable {
        var requests: [Key: DurationHistogram] = [:]
        var errors: [String: Int] = [:]
    }

    private let state = Locked(State())

    /// - Parameters:
    ///   - route: its shape; nil for a path that leads nowhere.
    ///   - method: one that HTTP knows, or one word for all others.
    func count(_ exchange: HTTPExchange, _ route: Route?, method: String) {
        let key = Key(route: route, method: method, status: exchange.status)
        state.withLock { state in
            state.requests[key, default: DurationHistogram()].add(exchange.duration)
            if let code = exchange.errorCode { state.errors[code, default: 0] += 1 }
        }
    }

    func write(to writer: inout MetricsWriter) {
        let state = state.withLock { $0 }
        let series = state.requests.map {
            (($0.key.route?.template ?? "unmatched", $0.key.method, $0.key.status), $0.value)
        }
        .sorted { $0.0 < $1.0 }
        writer.family("elbo_http_requests_total", .counter, "HTTP requests answered; code 499 for those given up.") {
            for (key, times) in series {
                $0.sample([("route", key.0), ("method", key.1), ("code", "\(key.2)")], times.count)
            }
        }
        writer.family(
            "http_server_request_duration_seconds", .histogram, "From the end of a request's header to its answer."
        ) {
            for (key, times) in series {
                let labels = [
                    ("http_route", key.0), ("http_request_method", key.1), ("http_response_status_code", "\(key.2)"),
                ]
                $0.histogram(labels, bounds: DurationHistogram.bounds, counts: times.counts, sum: times.seconds)
            }
        }
        writer.family(
            "elbo_rejected_total", .counter, "Requests answered by an error or given up by their client, by code word."
        ) {
            for (code, count) in state.errors.sorted(by: { $0.key < $1.key }) { $0.sample([("reason", code)], count) }
        }
    }
}
