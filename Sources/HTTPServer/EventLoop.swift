internal import Glibc
import Locking
internal import Synchronization

/// What the thread of one daemon shares with libmicrohttpd's callbacks, which it calls, and with the acceptors.
///
/// `@unchecked Sendable`: the round is touched only by the loop's own thread.
final class EventLoop: @unchecked Sendable {
    let core: ServerCore
    /// The loop's thread only.
    let round = HTTPRound()
    /// Connections that libmicrohttpd has begun with. The loop's thread only.
    private(set) var connectionsBegun = 0
    /// Rounds in a row that libmicrohttpd asked for and in which nothing happened. The loop's thread only.
    private var emptyRounds = 0
    /// Whether a request, or a piece of one, has come since the loop last waited. The loop's thread only.
    private var hasProgressed = false
    private let wakeup: Wakeup
    private let mailbox = Locked(Mailbox())
    private let openConnections = Atomic<Int>(0)
    /// Whether a connection has been let run since the last round began.
    private let hasResumed = Atomic<Bool>(false)
    private let isAsleep = Atomic<Bool>(false)

    private struct Mailbox: Sendable {
        var arrivals: [ConnectedSocket] = []
        var isStopping = false
    }

    init(core: ServerCore) throws(HTTPServerError) {
        self.core = core
        wakeup = try Wakeup()
    }

    /// Connections that are open or about to be.
    var connectionCount: Int { openConnections.load(ordering: .relaxed) }

    /// Becomes readable when there is something in the mailbox.
    var wakeupDescriptor: Int32 { wakeup.descriptor }

    // MARK: Any thread

    /// Hands over a connected socket, which has been announced to the registry.
    func post(_ socket: ConnectedSocket) {
        openConnections.add(1, ordering: .relaxed)
        mailbox.withLock { $0.arrivals.append(socket) }
        wakeup.signal()
    }

    /// Lets a suspended connection go on.
    ///
    /// libmicrohttpd wakes itself, but in the middle of a round it takes that for something older, and would sleep afterwards. Either
    /// this thread sees that the loop sleeps, or the loop sees the mark.
    func resume(_ connection: MHDConnection) {
        connection.resume()
        hasResumed.store(true, ordering: .sequentiallyConsistent)
        if isAsleep.load(ordering: .sequentiallyConsistent) { wakeup.signal() }
    }

    func beginStop() {
        mailbox.withLock { $0.isStopping = true }
        wakeup.signal()
    }

    // MARK: The loop's thread

    /// Waits for something to do.
    ///
    /// libmicrohttpd 0.9.75 asks for another round at once, for ever, where the size of a chunk does not end within its buffer and
    /// we poll ourselves (`MHD_connection_update_event_loop_info`). Until that connection's deadline a short rest is put between
    /// rounds in which nothing happens.
    ///
    /// - Parameter patience: milliseconds; −1 for ever.
    func sleep(_ polled: inout [PolledSocket], patience: Int32) {
        if patience != 0, hasProgressed, connectionCount <= Self.mostWatched, watch(&polled) { return }
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        let isResumed = hasResumed.load(ordering: .sequentiallyConsistent)
        let rests = patience == 0 && emptyRounds >= Self.mostEmptyRounds
        PolledSocket.poll(&polled, milliseconds: isResumed ? 0 : rests ? 1 : patience)
        isAsleep.store(false, ordering: .relaxed)
        hasResumed.store(false, ordering: .sequentiallyConsistent)
        let isEmpty = patience == 0 && !isResumed && !polled.contains(where: \.hasEvent)
        emptyRounds = isEmpty ? emptyRounds + 1 : 0
    }

    /// More than one has that finds nothing more to read; a long answer that leaves piece by piece has some.
    private static let mostEmptyRounds = 64

    /// A request, or a piece of one, has come: also from what had been read before.
    func noteProgress() {
        emptyRounds = 0
        hasProgressed = true
    }

    /// Looks for the next request for a moment before it sleeps, letting others have the core: who has just been answered often asks
    /// again at once, and to be woken takes longer than that on a virtual machine.
    ///
    /// - Returns: whether there is something to do.
    private func watch(_ polled: inout [PolledSocket]) -> Bool {
        hasProgressed = false
        let end = ContinuousClock.now + Self.watch
        repeat {
            PolledSocket.poll(&polled, milliseconds: 0)
            if polled.contains(where: \.hasEvent) { return true }
            sched_yield()
        } while ContinuousClock.now < end && !hasResumed.load(ordering: .relaxed)
        return false
    }

    /// Connections; where there are more, there is soon something to do, and looking for it keeps the core from clients.
    private static let mostWatched = 4
    /// About what sleeping and being woken costs.
    private static let watch = Duration.microseconds(50)

    /// Empties the mailbox.
    ///
    /// - Returns: nil once the loop is to end; what has arrived is then closed.
    func takeArrivals() -> [ConnectedSocket]? {
        wakeup.clear()
        let (arrivals, isStopping) = mailbox.withLock { mailbox in
            defer { mailbox.arrivals = [] }
            return (mailbox.arrivals, mailbox.isStopping)
        }
        guard isStopping else { return arrivals }
        for socket in arrivals {
            socket.close()
            withdraw()
        }
        return nil
    }

    /// libmicrohttpd has not taken a socket, nor begun with it.
    func withdraw() {
        core.connections.withdraw()
        connectionEnded()
    }

    func connectionBegan() {
        connectionsBegun += 1
    }

    func connectionEnded() {
        openConnections.subtract(1, ordering: .relaxed)
    }
}
