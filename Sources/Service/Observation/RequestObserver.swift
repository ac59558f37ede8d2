import HTTPServer

/// What becomes of each request once its answer is there: it is counted, and told to the log.
struct RequestObserver: Sendable {
    let metrics: RequestMetrics
    let logging: LoggingSettings
    /// Nil where requests are not logged.
    let tell: (@Sendable (RequestRecord) -> Void)?

    /// On the connection's thread.
    func observe(_ exchange: HTTPExchange) {
        let route = exchange.segments.flatMap { Route(segments: $0) }?.shape
        let method = Self.known(exchange.method)
        metrics.count(exchange, route, method: method)
        // Connections that are turned away come by the thousand and have no request to tell of: they are counted.
        if let tell, exchange.identity != nil, isLogged(status: exchange.status, route) {
            tell(RequestRecord(exchange, route, method: method))
        }
    }

    /// Probes come every few seconds and say nothing new, unless something of ours is broken.
    func isLogged(status: Int, _ route: Route?) -> Bool {
        let isFailure = status >= 500
        guard logging.tellsRequests(failed: isFailure) else { return false }
        switch route {
        case .live?, .metrics?, .openInference(.live)?: return isFailure
        case .ready?, .openInference(.ready)?, .openInference(.modelReady)?: return isFailure && status != 503
        default: return true
        }
    }

    /// As OpenTelemetry has it: any method that HTTP does not know is one.
    private static func known(_ method: String?) -> String {
        switch method {
        case "GET"?, "HEAD"?, "POST"?, "PUT"?, "DELETE"?, "PATCH"?, "OPTIONS"?, "TRACE"?, "CONNECT"?: method ?? ""
        default: "_OTHER"
        }
    }
}
