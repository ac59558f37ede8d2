import Kernels
import VAE

/// A model ready to answer: a batcher, a model actor on each compute thread, and model actors for visitors.
package final class ModelEngine: Sendable {
    package let model: TrainedModel
    /// Threads that compute for it.
    package let workers: Int
    package let limits: Limits
    package let statistics = EngineStatistics()
    private let batcher: Batcher
    private let visited: VisitedActors
    private let pace = PaceTable()
    /// Whether the weights stay in a core's own cache, so that a row alone costs no more than one among many.
    private let isSmall: Bool

    package struct Limits: Sendable {
        /// Rows of one batch; more would leave the cache and keep others waiting.
        package var maxBatchRows: Int
        /// Rows that may wait; those of large jobs may fill half of it.
        package var maxQueuedRows: Int
        /// Whether jobs may share a batch.
        package var isBatching: Bool

        package init(maxBatchRows: Int = 256, maxQueuedRows: Int = 65_536, isBatching: Bool = true) {
            (self.maxBatchRows, self.maxQueuedRows, self.isBatching) = (maxBatchRows, maxQueuedRows, isBatching)
        }
    }

    package init(_ model: TrainedModel, executors: [ComputeExecutor], limits: Limits = Limits()) {
        (self.model, workers, self.limits) = (model, executors.count, limits)
        let batcher = Batcher(limits, workers: executors.count)
        self.batcher = batcher
        isSmall = model.network.parameters.vector.count <= Self.smallWeights
        visited = VisitedActors { [statistics, pace] in ModelActor(model, statistics, pace, executor: $0) }
        for executor in executors {
            let actor = ModelActor(model, statistics, pace, executor: executor)
            // The one place where a task starts without a parent: it lives until `close`.
            Task.detached(executorPreference: executor) { await actor.serve(batcher, on: executor) }
        }
    }

    /// Who still waits for an answer holds the engine, so nothing is queued any more that anybody misses.
    deinit {
        batcher.close()
    }

    package var queuedRows: Int { batcher.queuedRows }

    /// Queues a job; its completion is called exactly once, with a refusal too.
    package func submit(_ job: InferenceJob) {
        do {
            try batcher.submit(job)
            // No worker ever sees a job without rows.
            if job.input.rows == 0 { job.finish(rows: 0, statistics) }
        } catch {
            job.refuse(told(error), statistics)
        }
    }

    /// A full queue says when it will be empty, by the pace of the rows computed so far.
    private func told(_ error: InferenceError) -> InferenceError {
        guard case .queueFull(let limit, _) = error else { return error }
        let seconds = statistics.counts.seconds(toCompute: queuedRows, workers: workers).rounded(.up)
        return .queueFull(limit: limit, retryAfter: Int(min(max(seconds, 1), Self.longestRetryAfter)))
    }

    /// Seconds; who waits longer may as well find that the server has been restarted.
    private static let longestRetryAfter = 60.0

    // MARK: On the caller's thread

    /// Where a job is computed soonest.
    package enum Place: Sendable {
        /// On the thread that has it, at once: waking another would take longer.
        case here
        /// On the thread that has it, together with others that are about to arrive.
        case hereTogether
        case worker
    }

    /// Judges by how long such rows have taken lately; before anything has been measured it is a worker.
    package func place(for operation: Operation, rows: Int) -> Place {
        guard rows > 0, let time = pace.time(operation, rows: rows), time <= Self.patience else { return .worker }
        return isSmall && time <= Self.moment ? .here : .hereTogether
    }

    /// Numbers; 512 KiB of them.
    private static let smallWeights = 1 << 17
    /// What costs about as much as waking a thread and being woken by it.
    private static let moment = Duration.microseconds(40)
    /// How long others on the same thread may be kept waiting by one job.
    private static let patience = Duration.microseconds(500)
    /// How long by all jobs that have arrived together.
    private static let roundPatience = Duration.milliseconds(2)

    /// Computes jobs on the calling thread, in batches; the completions are called before this returns, that of a single job at least.
    ///
    /// Of more than a thread can do in a moment, the rest is for the workers: others on the same thread wait, and cores that are
    /// idle may be many.
    package func compute(_ jobs: [InferenceJob]) {
        let count = pace.count(of: jobs, within: Self.roundPatience)
        jobs.dropFirst(count).forEach(submit)
        computeHere(Array(jobs.prefix(count)))
    }

    private func computeHere(_ jobs: [InferenceJob]) {
        visited.visit { actor in
            let compute = { (batch: [JobShard]) in actor.assumeIsolated { $0.compute(batch) } }
            if jobs.count == 1 { return compute([JobShard(job: jobs[0], rows: 0..<jobs[0].input.rows)]) }
            var queue = BatchQueue(limits, workers: 1)
            for job in jobs where queue.append(job) != nil {
                job.refuse(.queueFull(limit: limits.maxQueuedRows), statistics)
            }
            while !queue.isEmpty { compute(queue.nextBatch()) }
        }
    }

    /// Takes no more jobs and lets the workers finish.
    package func close() {
        batcher.close()
    }
}
