import Kernels
import VAE

/// A model ready to answer: a batcher and a model actor on each compute thread.
package final class ModelEngine: Sendable {
    package let model: TrainedModel
    /// Threads that compute for it.
    package let workers: Int
    package let limits: Limits
    package let statistics = EngineStatistics()
    private let batcher: Batcher

    package struct Limits: Sendable {
        package var maxBatchRows = 256
        package var maxQueuedRows = 65_536

        package init() {}
    }

    package init(_ model: TrainedModel, executors: [ComputeExecutor], limits: Limits = Limits()) {
        (self.model, workers, self.limits) = (model, executors.count, limits)
        let batcher = Batcher(maxBatchRows: limits.maxBatchRows, maxQueuedRows: limits.maxQueuedRows)
        self.batcher = batcher
        for executor in executors {
            let actor = ModelActor(model, statistics, executor: executor)
            // The one place where a task starts without a parent: it lives until `close`.
            Task.detached(executorPreference: executor) { await actor.serve(batcher) }
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

    /// Takes no more jobs and lets the workers finish.
    package func close() {
        batcher.close()
    }
}
