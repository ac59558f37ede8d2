import Locking
internal import Synchronization

/// One request from its header to the end of its response.
///
/// libmicrohttpd owns one reference between the first call of the handler and the notice of completion; a reply
/// holds another. `@unchecked Sendable`: what is not a constant and not in a `Locked` is touched only by the thread of
/// the connection, inside libmicrohttpd's callbacks, which come one at a time for a connection.
final class RequestJob: @unchecked Sendable {
    let connection: MHDConnection
    let loop: EventLoop
    let record: ConnectionRecord?

    let identity: RequestIdentity
    let began = ContinuousClock.now
    /// Connection's thread only.
    var method: String?
    /// Connection's thread only.
    var beganWhileStopping = false
    /// Whether the observer knows of it. Connection's thread only.
    var isReported = false
    /// Connection's thread only.
    var head: RequestHead?
    /// Connection's thread only.
    var notes = RequestNotes()
    /// Connection's thread only.
    var body = BodyCollector(limit: 0, announced: nil)
    /// Connection's thread only.
    var meter = StreamMeter(limit: 0, announced: nil)
    /// Connection's thread only.
    var earlyAnswer: EarlyAnswer?
    /// Connection's thread only.
    var waitingSlot: Int?
    /// The body, when it is not collected. Set before anybody else knows of this request.
    private(set) var stream: BodyStream?

    /// Bytes of the body for which room has been set aside. Connection's thread only.
    var bytesHeld = 0
    /// Set before anybody else knows of this request.
    var acceptsGzip = false

    private let expiry: MonotonicTime
    /// When the client itself no longer wants an answer; milliseconds.
    private let limit = Atomic<Int64>(MonotonicTime.never.milliseconds)
    private let state = Locked(ReplyState())

    /// - Parameter expiry: when an answer must have been given, unless the body is streamed.
    init(connection: MHDConnection, loop: EventLoop, identity: RequestIdentity, expiry: MonotonicTime) {
        self.identity = identity
        self.connection = connection
        self.record = connection.record
        self.loop = loop
        self.expiry = expiry
    }

    private var core: ServerCore { loop.core }

    /// Whether an answer would still count.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Whether the connection goes on while no answer has come.
    var isRunning: Bool { state.withLock { $0.isRunning } }

    /// Of the body, so far. Connection's thread only.
    var bytesIn: Int { stream == nil ? body.received : meter.received }

    /// Whether the client has waited too long.
    func isOverdue(at now: MonotonicTime) -> Bool {
        if limit.load(ordering: .relaxed) < now.milliseconds { return true }
        return stream?.isReaderOverdue(at: now) ?? (expiry < now)
    }

    /// From now on the request is overdue so long after its header.
    func limit(to patience: Duration) {
        let begin = expiry.milliseconds - core.configuration.requestDeadline.milliseconds
        limit.store(begin + patience.milliseconds, ordering: .relaxed)
    }

    /// As it is sent to this client.
    func coded(_ response: HTTPResponse) -> HTTPResponse {
        core.configuration.compression?.apply(to: response, isAccepted: acceptsGzip) ?? response
    }

    /// From now on the body goes to a stream. Connection's thread only, within the first callback.
    func startStream() -> BodyStream {
        let stream = BodyStream(connection: connection, loop: loop)
        self.stream = stream
        run()
        return stream
    }

    /// From now on an answer may come, and the connection goes on. Connection's thread only.
    func run() {
        state.withLock { $0.run() }
    }

    /// Sets the connection aside until an answer comes. Connection's thread only.
    func suspend() {
        record?.setDeadline(.never)
        connection.suspend()
        state.withLock { $0.wait() }
    }

    /// As `suspend`, for a request that runs, whose answer may be there already; then it does nothing.
    ///
    /// The two steps are one for those who answer: after the suspension they wake the connection, before they do not.
    func suspendUnlessAnswered() -> Bool {
        state.withLock { state in
            guard state.isRunning else { return false }
            record?.setDeadline(.never)
            connection.suspend()
            state.wait()
            return true
        }
    }

    /// Gives the answer; only the first has an effect.
    ///
    /// - Parameter bodyError: what the reader of a streamed body is told.
    func answer(_ answer: ReplyState.Answer, bodyError: HTTPBodyError = .answered) {
        let mustWake = state.withLock { $0.answer(answer) }
        stream?.fail(bodyError)
        if mustWake { wake() }
    }

    /// Ends the connection without an answer.
    func abandon() {
        let mustWake = state.withLock { $0.abandon() }
        stream?.fail(.disconnected)
        if mustWake { wake() }
    }

    func takeOutcome() -> ReplyState.Outcome {
        state.withLock { $0.take() }
    }

    /// No answer counts any more, and no more of the body comes. Connection's thread only.
    func close(bodyError: HTTPBodyError) {
        guard let stream else { return }
        state.withLock { $0.close() }
        stream.fail(bodyError)
    }

    /// The connection is valid here: it stays suspended until this call, which only one caller reaches. Its daemon is
    /// kept by the count of those who are in here, because libmicrohttpd signals the daemon after it has let the
    /// connection run.
    private func wake() {
        core.wakersUnderway.add(1, ordering: .sequentiallyConsistent)
        loop.resume(connection)
        core.wakersUnderway.subtract(1, ordering: .sequentiallyConsistent)
    }
}
