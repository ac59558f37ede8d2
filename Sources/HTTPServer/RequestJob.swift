import Locking
internal import Synchronization

/// One request from its header to the end of its response.
///
/// libmicrohttpd owns one reference between the first call of the handler and the notice of completion; a reply
/// holds another. `@unchecked Sendable`: what is not a constant and not in a `Locked` is touched only by the thread of
/// the connection, inside libmicrohttpd's callbacks, which come one at a time for a connection.
final class RequestJob: @unchecked Sendable {
    let connection: MHDConnection
    let record: ConnectionRecord?
    /// When an answer must have been given.
    let expiry: MonotonicTime

    /// Connection's thread only.
    var head: RequestHead?
    /// Connection's thread only.
    var body: BodyCollector
    /// Connection's thread only (under the lock of `WaitingJobs` too).
    var waitingSlot: Int?

    private let core: ServerCore
    private let state = Locked(ReplyState())

    init(connection: MHDConnection, core: ServerCore, expiry: MonotonicTime, body: BodyCollector) {
        self.connection = connection
        self.record = connection.record
        self.core = core
        self.expiry = expiry
        self.body = body
    }

    var isWaiting: Bool { state.withLock { $0.isWaiting } }

    /// Sets the connection aside until an answer comes. Connection's thread only.
    func suspend() {
        record?.setDeadline(.never)
        connection.suspend()
        state.withLock { $0.wait() }
    }

    /// Gives the answer; only the first has an effect.
    func answer(_ answer: ReplyState.Answer) {
        if state.withLock({ $0.answer(answer) }) { wake() }
    }

    /// Ends the connection without an answer.
    func abandon() {
        if state.withLock({ $0.abandon() }) { wake() }
    }

    func takeOutcome() -> ReplyState.Outcome {
        state.withLock { $0.take() }
    }

    /// The connection is valid here: it stays suspended until this call, which only one caller reaches. Its daemon is
    /// kept by the count of those who are in here, because libmicrohttpd signals the daemon after it has let the
    /// connection run.
    private func wake() {
        core.wakersUnderway.add(1, ordering: .sequentiallyConsistent)
        connection.resume()
        core.wakersUnderway.subtract(1, ordering: .sequentiallyConsistent)
    }
}
