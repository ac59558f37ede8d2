internal import Synchronization

/// A body that is read while it arrives, by one thread.
///
/// What has arrived and was not taken is held in memory up to `streamBufferBytes`; then the client is made to wait.
/// When this goes away, the rest of the body is thrown away.
package final class HTTPRequestBody: Sendable {
    private let stream: BodyStream
    private let core: ServerCore

    /// - Parameter core: has counted this reader already.
    init(_ stream: BodyStream, core: ServerCore) {
        (self.stream, self.core) = (stream, core)
    }

    deinit {
        stream.fail(.answered)
        core.streams.subtract(1, ordering: .relaxed)
    }

    /// Waits for bytes and takes all that have arrived; nil at the end of a body that is complete.
    ///
    /// It blocks, so it is never called on a connection's thread or in Swift's pool of threads.
    package func next() throws(HTTPBodyError) -> [UInt8]? {
        try stream.next()
    }

    /// The most that was ever held, in bytes.
    var mostBuffered: Int { stream.mostBuffered }
}
