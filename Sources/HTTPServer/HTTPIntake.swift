/// How the body of a request is taken in.
package enum HTTPIntake: Sendable {
    /// The handler is called with the whole body, which is at most `maxBodyBytes` long.
    case collect
    /// The closure is called at once with the body as it arrives, which is at most `maxStreamedBodyBytes` long.
    ///
    /// It has a thread of its own, which may block: Dispatch's threads are few, and waiting readers would hold them all.
    case stream(@Sendable (HTTPRequestBody, HTTPReply) -> Void)
    /// The request is answered without its body. One that has a body ends the connection.
    case refuse(HTTPResponse)
}

/// Chooses how a body is taken in; called on the connection's thread when the header has been read, with a request
/// whose body is still empty.
package typealias HTTPIntakeChoice = @Sendable (HTTPRequest) -> HTTPIntake
