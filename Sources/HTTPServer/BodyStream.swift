internal import Dispatch
import Locking
internal import Synchronization

/// Hands a body from its connection to the thread that reads it, and makes the connection wait when it is too fast.
///
/// A connection is suspended and resumed under the lock: libmicrohttpd must not be asked to suspend one twice, and it
/// goes on to hand over chunks that it has read already after one was suspended.
final class BodyStream: Sendable {
    private struct State: Sendable {
        var buffer: StreamBuffer
        var isReaderWaiting = false
        /// The place among the paused jobs; nil while the connection runs.
        var pausedSlot: Int?
    }

    private let state: Locked<State>
    /// Signalled once for each time that `isReaderWaiting` goes from true to false.
    private let arrival = DispatchSemaphore(value: 0)
    /// When the reader, while the client waits for it, must have done something; milliseconds.
    private let readerDeadline = Atomic<Int64>(MonotonicTime.never.milliseconds)
    private let connection: MHDConnection
    private let record: ConnectionRecord?
    private let loop: EventLoop

    init(connection: MHDConnection, loop: EventLoop) {
        (self.connection, self.loop) = (connection, loop)
        record = connection.record
        state = Locked(State(buffer: StreamBuffer(capacity: loop.core.configuration.streamBufferBytes)))
    }

    private var core: ServerCore { loop.core }

    var mostBuffered: Int { state.withLock { $0.buffer.mostBuffered } }

    func isReaderOverdue(at now: MonotonicTime) -> Bool {
        readerDeadline.load(ordering: .relaxed) < now.milliseconds
    }

    // MARK: The connection's thread

    func append(_ piece: UnsafeRawBufferPointer) {
        state.withLock { state in
            unsafe state.buffer.append(piece)
            wakeReader(&state)
        }
    }

    /// Sets the connection aside when the buffer is full.
    ///
    /// - Returns: false when it should have been but must not, because the server is stopping.
    func pauseIfFull(_ job: RequestJob) -> Bool {
        state.withLock { state in
            guard state.buffer.isFull, state.pausedSlot == nil else { return true }
            guard let slot = core.paused.insert(job) else { return false }
            state.pausedSlot = slot
            extendReaderDeadline()
            record?.setDeadline(.never)
            record?.suspect(from: .never)
            connection.suspend()
            return true
        }
    }

    /// The body is complete.
    func finish() {
        state.withLock { state in
            state.buffer.finish()
            extendReaderDeadline()
            wakeReader(&state)
        }
    }

    // MARK: Any thread

    /// Ends the stream for its reader; the connection goes on, its bytes are thrown away.
    func fail(_ error: HTTPBodyError) {
        state.withLock { state in
            state.buffer.fail(error)
            wakeReader(&state)
            resume(&state)
        }
    }

    // MARK: The reader's thread

    func next() throws(HTTPBodyError) -> [UInt8]? {
        while true {
            switch take() {
            case .piece(let bytes): return bytes
            case .end: return nil
            case .failure(let error): throw error
            case .nothingYet: arrival.wait()
            }
        }
    }

    private func take() -> StreamBuffer.Taken {
        state.withLock { state in
            let taken = state.buffer.take()
            if case .nothingYet = taken { state.isReaderWaiting = true }
            if !state.buffer.isFull { resume(&state) }
            extendReaderDeadline()
            return taken
        }
    }

    private func extendReaderDeadline() {
        let deadline = MonotonicTime.now + core.configuration.requestDeadline
        readerDeadline.store(deadline.milliseconds, ordering: .relaxed)
    }

    private func wakeReader(_ state: inout State) {
        guard state.isReaderWaiting else { return }
        state.isReaderWaiting = false
        arrival.signal()
    }

    /// The connection is valid here: it is suspended until this call. As with `RequestJob.wake`, the daemon is kept by
    /// the count of those who are in here.
    private func resume(_ state: inout State) {
        guard let slot = state.pausedSlot else { return }
        state.pausedSlot = nil
        record?.setDeadline(.now + core.configuration.idleTimeout)
        record?.suspect(from: .now + .seconds(1))
        core.wakersUnderway.add(1, ordering: .sequentiallyConsistent)
        loop.resume(connection)
        core.paused.remove(at: slot)
        core.wakersUnderway.subtract(1, ordering: .sequentiallyConsistent)
    }
}
