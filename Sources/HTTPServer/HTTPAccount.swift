/// What a handler notes about one request while it works on it, for the observer.
///
/// A protocol, because the server must ask for header fields that only the handler's module can make: whatever answers
/// the request has them, an error of the server's own too.
package protocol HTTPAccount: AnyObject, Sendable {
    /// Called once, before the observer, when the answer is there or nobody waits for it; on the connection's thread.
    func end()
    /// Called once, when the answer is there, on the connection's thread.
    func addHeaders(to headers: inout [(String, String)])
}
