import HTTPServer

/// Decides from a request's header who asks, whether he may, and whether he asks too often.
final class AccessControl: Sendable {
    private let file: AccessKeyFile
    private let limiter = RateLimiter()
    /// Requests a second of a key that has no rate of its own; nil for as many as it likes.
    private let usualRate: Double?

    init(_ file: AccessKeyFile, usualRate: Double?) {
        (self.file, self.usualRate) = (file, usualRate)
    }

    /// Notes the key that asks, also where it may not.
    ///
    /// - Throws: `ServiceError.unauthorized`, `forbidden` or `rateLimited`. A path that leads nowhere needs a key too: who has none
    ///   learns nothing of what there is.
    func admit(_ request: HTTPRequest) throws(ServiceError) {
        let route = Route(segments: request.segments)
        guard let scope = route.map({ $0.scope(method: request.method) }) ?? .infer else { return }
        let key = try key(of: request)
        request.note(key: key.name)
        guard key.scopes.contains(scope) else { throw .forbidden(scope: scope) }
        try checkRate(of: key)
    }

    private func key(of request: HTTPRequest) throws(ServiceError) -> AccessKey {
        guard let header = request.header("Authorization") else { throw .unauthorized(isInvalid: false) }
        let words = header.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bearer",
            let key = file.keys.key(ofToken: String(words[1]))
        else { throw .unauthorized(isInvalid: true) }
        return key
    }

    private func checkRate(of key: AccessKey) throws(ServiceError) {
        guard let rate = key.rate ?? usualRate else { return }
        if let seconds = limiter.secondsToWait(key.name, rate: rate) { throw .rateLimited(retryAfter: seconds) }
    }
}
