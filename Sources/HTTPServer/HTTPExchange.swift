/// One request and how it was answered, for those who count.
package struct HTTPExchange: Sendable {
    /// As sent; nil where none was read.
    package let method: String?
    /// Of the path, decoded; nil where none was read.
    package let segments: [String]?
    /// Of the answer; 499 for a request that ended without one.
    package let status: Int
    /// The word for programs of an error; nil for other answers.
    package let errorCode: String?
    /// From the end of the header until the answer was there.
    package let duration: Duration

    /// The status of requests that ended without an answer, since their client had gone. No client ever sees it.
    static let clientGone = (status: 499, errorCode: "client_gone")
}

/// Told of each request once, before its answer leaves, so that whoever has an answer finds it counted.
///
/// Called on the connection's thread (for a connection that is turned away, on the acceptor's), so it must not block.
package typealias HTTPObserver = @Sendable (HTTPExchange) -> Void
