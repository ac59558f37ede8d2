import Locking

/// Where requests wait for a worker. Greedy: an idle worker computes at once; what comes while it computes forms the next batch.
///
/// A lock around a value, not an actor: a request is submitted from a thread of the HTTP server, which must not wait and
/// should not pay for a task.
final class Batcher: Sendable {
    /// A worker without work for this model; its thread may be busy with another one.
    private struct Worker {
        let executor: ComputeExecutor
        let continuation: CheckedContinuation<[JobShard]?, Never>
    }

    private struct State: Sendable {
        var queue: BatchQueue
        var waiting: [Worker] = []
        var isClosed = false
    }

    private let state: Locked<State>

    init(_ limits: ModelEngine.Limits, workers: Int) {
        state = Locked(State(queue: BatchQueue(limits, workers: workers)))
    }

    var queuedRows: Int { state.withLock { $0.queue.queuedRows } }

    /// Queues a job and wakes as many workers as there are batches.
    func submit(_ job: InferenceJob) throws(InferenceError) {
        let wakeUps = try state.withLock { state throws(InferenceError) in
            if state.isClosed { throw .closed }
            if let limit = state.queue.append(job) { throw .queueFull(limit: limit) }
            return Self.batchesForWaiting(&state)
        }
        for (worker, batch) in wakeUps { worker.continuation.resume(returning: batch) }
    }

    private static func batchesForWaiting(_ state: inout State) -> [(Worker, [JobShard])] {
        var wakeUps: [(Worker, [JobShard])] = []
        while !state.queue.isEmpty, let worker = takeWorker(&state.waiting) {
            wakeUps.append((worker, state.queue.nextBatch()))
        }
        return wakeUps
    }

    /// One whose thread is free, if there is one: the models share the threads.
    private static func takeWorker(_ waiting: inout [Worker]) -> Worker? {
        guard let place = waiting.lastIndex(where: { !$0.executor.isComputing }) ?? waiting.indices.last else {
            return nil
        }
        return waiting.remove(at: place)
    }

    /// The next batch for a worker on this thread, as soon as there is one; nil once closed and empty.
    func next(on executor: ComputeExecutor) async -> [JobShard]? {
        await withCheckedContinuation { continuation in
            let answer: [JobShard]?? = state.withLock { state in
                if !state.queue.isEmpty { return .some(state.queue.nextBatch()) }
                if state.isClosed { return .some(nil) }
                state.waiting.append(Worker(executor: executor, continuation: continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Takes no more jobs; the workers finish what waits and then stop.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for worker in waiting { worker.continuation.resume(returning: nil) }
    }
}
