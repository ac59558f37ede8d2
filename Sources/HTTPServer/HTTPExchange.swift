/// One request and how it was answered, for those who count.
package struct HTTPExchange: Sendable {
    /// As sent; nil where none was read.
    package let method: String?
    /// Of the path, decoded; nil where none was read.
    package let segments: [String]?
    /// Of the answer; 499 for a request that ended without one, 408 for one whose client was too slow for one.
    package let status: Int
    /// The word for programs of an error; nil for other answers.
    package let errorCode: String?
    /// From the end of the header until the answer was there.
    package let duration: Duration
    /// Nil where no header was read.
    package let identity: RequestIdentity?
    /// What the handler has noted; nil where it noted nothing or was not asked.
    package let account: (any HTTPAccount)?
    /// The name of the key that let the request in, where the handler has told one.
    package let key: String?
    /// Of the body, as far as it was read.
    package let bytesIn: Int
    /// Of the answer's body.
    package let bytesOut: Int

    /// Requests that ended without an answer, because the client was too slow.
    static let timedOut = (status: 408, errorCode: "request_timeout")
    /// The same, since their client had gone. No client ever sees it.
    static let clientGone = (status: 499, errorCode: "client_gone")
}

/// Told of each request once, before its answer leaves, so that whoever has an answer finds it counted.
///
/// Called on the connection's thread (for a connection that is turned away, on the acceptor's), so it must not block.
package typealias HTTPObserver = @Sendable (HTTPExchange) -> Void
