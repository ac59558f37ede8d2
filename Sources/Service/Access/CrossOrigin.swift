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
        "traceparent", HTTPResponse.shapeField,
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

    /// Keeps pages of sites that are not named from changing anything, also where all may ask: a browser sends some requests of theirs
    /// without asking first.
    ///
    /// - Throws: `ServiceError.crossSite`.
    func checkManagement(_ request: HTTPRequest) throws(ServiceError) {
        guard request.method == "POST", !isNamed(request), isForeign(request),
            Route(segments: request.segments)?.scope(method: request.method) == .manage
        else { return }
        throw .crossSite
    }

    /// As the browser says it, or else by comparing where the page is from with where the request goes.
    private func isForeign(_ request: HTTPRequest) -> Bool {
        if let site = request.header("Sec-Fetch-Site") { return site != "same-origin" && site != "none" }
        guard let origin = request.header("Origin") else { return false }
        return origin.split(separator: "/").last.map(String.init) != request.header("Host")
    }

    /// Of the request, where it is one of those allowed.
    private func allowed(_ request: HTTPRequest) -> String? {
        guard let origin = request.header("Origin") else { return nil }
        if origins.contains("*") { return "*" }
        return isNamed(request) ? origin : nil
    }

    private func isNamed(_ request: HTTPRequest) -> Bool {
        request.header("Origin").map { origins.contains($0) } ?? false
    }
}
