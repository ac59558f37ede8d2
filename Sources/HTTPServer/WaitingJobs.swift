import Locking
internal import Synchronization

/// The requests that wait for a reply, each on a suspended connection.
final class WaitingJobs: Sendable {
    private struct State: Sendable {
        var table = SlotTable<RequestJob>()
        var isClosed = false
    }

    private let state = Locked(State())
    private let size = Atomic<Int>(0)

    /// Read without the lock for each request; a few threads at a time may each see a place left that they then share.
    var count: Int { size.load(ordering: .relaxed) }

    var isEmpty: Bool { state.withLock { $0.table.count == 0 } }

    var jobs: [RequestJob] { state.withLock { $0.table.elements } }

    /// - Returns: false once closed.
    func insert(_ job: RequestJob) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            _ = state.table.insert { slot in
                job.waitingSlot = slot
                return job
            }
            size.add(1, ordering: .relaxed)
            return true
        }
    }

    func remove(_ job: RequestJob) {
        guard let slot = job.waitingSlot else { return }
        job.waitingSlot = nil
        state.withLock { $0.table.remove(at: slot) }
        size.subtract(1, ordering: .relaxed)
    }

    /// Accepts no more.
    ///
    /// - Returns: all that still wait; none can have been missed.
    func close() -> [RequestJob] {
        state.withLock { state in
            state.isClosed = true
            return state.table.elements
        }
    }
}
