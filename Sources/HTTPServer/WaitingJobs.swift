import Locking
internal import Synchronization

/// Requests on suspended connections, for one reason: those that wait for a reply, or for the reader of their body.
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

    /// - Returns: where the job is, to be removed from there once; nil once closed.
    func insert(_ job: RequestJob) -> Int? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            var place: Int?
            _ = state.table.insert { slot in
                place = slot
                return job
            }
            size.add(1, ordering: .relaxed)
            return place
        }
    }

    func remove(at slot: Int) {
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
