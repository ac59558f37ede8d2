import HTTPServer

/// Which pages of other origins a browser lets read the answers (Fetch standard, CORS protocol); none unless told.
package struct CrossOrigin: Sendable {
    private let origins: Set<String>

    /// What a page may send and read beside what it always may.
    private static let requestHeaders = [
        "Authorization", "Content-Type", "Content-Encoding", "Inference-Header-Content-Length", "X-Request-Id",
        "X-Request-Timeout", "traceparent", "tracestate",
    ]
    private static let responseHeaders = [
        "Inference-Header-Content-Length", "Retry-After", "Server-Timing", "WWW-Authenticate", "X-Request-Id",
        "traceparent",
    ]

    /// - Parameter origins: such as `https://example.org`, or `*` for all.
    package init(_ origins: [String]) {
        self.origins = Set(origins)
    }

    package var isOff: Bool { origins.isEmpty }

    /// The answer to a browser that asks before it sends; nil for any other request.
    func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "OPTIONS", request.header("Access-Control-Request-Method") != nil,
            allowed(request) != nil
        else { return nil }
        return HTTPResponse(
            status: 204,
            headers: [
                ("Access-Control-Allow-Methods", "GET, HEAD, POST"),
                ("Access-Control-Allow-Headers", Self.requestHeaders.joined(separator: ", ")),
                ("Access-Control-Max-Age", "86400"),
            ])
    }

    /// For every response to a request, errors too: without them a page does not see even the status.
    func headers(for request: HTTPRequest) -> [(String, String)] {
        if isOff { return [] }
        let vary = origins.contains("*") ? [] : [("Vary", "Origin")]
        guard let origin = allowed(request) else { return vary }
        return vary + [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", Self.responseHeaders.joined(separator: ", ")),
        ]
    }

    /// Of the request, where it is one of those allowed.
    private func allowed(_ request: HTTPRequest) -> String? {
        guard let origin = request.header("Origin") else { return nil }
        if origins.contains("*") { return "*" }
        return origins.contains(origin) ? origin : nil
    }
}
