internal import Synchronization

/// What a server is busy with, readable by those who must not hold the server: a handler, for one.
package final class HTTPLoad: Sendable {
    /// Requests whose header has been read and whose response has not been sent.
    let unfinished = Atomic<Int>(0)

    package init() {}

    package var inFlight: Int { unfinished.load(ordering: .sequentiallyConsistent) }
}
