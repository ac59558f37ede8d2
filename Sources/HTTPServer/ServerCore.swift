internal import Synchronization

/// What all threads of one server share.
final class ServerCore: Sendable {
    /// How far the server is from its end; it only goes forward.
    enum Stage: UInt8, Comparable, AtomicRepresentable {
        case serving
        /// Each response ends its connection.
        case draining
        /// Each new request is refused.
        case stopping

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    let configuration: HTTPServerConfiguration
    /// Nil when all bodies are collected.
    let intake: HTTPIntakeChoice?
    let handler: HTTPHandler
    let connections = ConnectionRegistry()
    let waiting = WaitingJobs()
    /// Streamed requests whose reader is slower than their client.
    let paused = WaitingJobs()
    let lingering: LingeringSockets
    let load: HTTPLoad
    /// Threads inside `MHD_resume_connection`.
    let wakersUnderway = Atomic<Int>(0)
    /// Of bodies that are collected or worked on, without the smallest.
    let heldBodyBytes = Atomic<Int>(0)
    /// Streamed bodies that have a reader.
    let streams = Atomic<Int>(0)
    private let currentStage = Atomic<Stage>(.serving)

    init(
        configuration: HTTPServerConfiguration, load: HTTPLoad, intake: HTTPIntakeChoice?,
        handler: @escaping HTTPHandler
    ) throws(HTTPServerError) {
        self.configuration = configuration
        self.load = load
        self.intake = intake
        self.handler = handler
        lingering = try LingeringSockets()
    }

    var stage: Stage { currentStage.load(ordering: .sequentiallyConsistent) }

    func advance(to stage: Stage) {
        if self.stage < stage { currentStage.store(stage, ordering: .sequentiallyConsistent) }
    }

    /// Whether a connection is suspended or about to be woken: libmicrohttpd aborts the process when a daemon is
    /// stopped then. The order of the two looks matters: who removes a job has been woken by then.
    var hasSuspendedConnections: Bool {
        !waiting.isEmpty || !paused.isEmpty || wakersUnderway.load(ordering: .sequentiallyConsistent) > 0
    }
}
