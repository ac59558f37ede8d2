/// Why a streamed body ends before its time.
package enum HTTPBodyError: Error, Equatable {
    /// The client went away, or broke the framing of the message.
    case disconnected
    /// The client sent nothing for `idleTimeout`.
    case idle
    /// The body is longer than `maxStreamedBodyBytes`; the server answers 413 itself.
    case tooLarge(limit: Int)
    /// A piece was not taken within `requestDeadline`; the server answers 504 itself.
    case deadlineExceeded
    /// The reply has been sent, so the rest is thrown away.
    case answered
    case serverStopped
}

extension HTTPBodyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .disconnected: "the client went away within the body"
        case .idle: "the client sent nothing for too long"
        case .tooLarge(let limit): "the body is larger than \(limit) bytes"
        case .deadlineExceeded: "the body was not read in time"
        case .answered: "the request has been answered"
        case .serverStopped: "the server stopped"
        }
    }
}
