/// An answer that is there before the body of its request is complete.
struct EarlyAnswer {
    var response: HTTPResponse
    /// It has been written to the socket past libmicrohttpd, which cannot be given one in the middle of a body.
    var isSent = false

    /// A longer one waits for the end of the body: a socket that does not block may not take it at once.
    private static let mostBytes = 64 << 10

    var canBeSentAtOnce: Bool {
        guard case .bytes(let bytes) = response.content else { return false }
        return !isSent && bytes.count <= Self.mostBytes
    }
}
