/// What a handler does with a request.
package enum HTTPAnswer {
    /// Answer at once, on the thread of the connection.
    case now(HTTPResponse)
    /// Answer later: the closure is called once the connection is set aside, and passes the reply on.
    ///
    /// It runs on the connection's thread and must not block.
    case later(@Sendable (HTTPReply) -> Void)
    /// Answer at the end of the round: the closure is called at once and passes the reply to work that it puts off.
    ///
    /// As `later`, but without setting the connection aside, which costs more than a small answer. Where none has come at the end of
    /// the round, the connection is set aside then.
    case soon((HTTPReply, HTTPRound) -> Void)
}

/// Decides about one request; called with its whole body on the connection's thread, so it must not block.
package typealias HTTPHandler = @Sendable (HTTPRequest) -> HTTPAnswer
