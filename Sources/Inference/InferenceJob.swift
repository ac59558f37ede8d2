import Kernels
import Locking
import VAE

/// One request on its way through the batcher: shards of its rows are computed by any worker, and the last one answers.
package final class InferenceJob: Sendable {
    package typealias Completion = @Sendable (Result<InferenceOutput, InferenceError>) -> Void

    private struct State: Sendable {
        var rowsLeft: Int
        var failure: InferenceError?
    }

    let operation: Operation
    /// `[rows, …]`; no columns for `sample`.
    let input: Matrix<Float>
    let output: InferenceOutput
    private let deadline: ContinuousClock.Instant
    private let isCancelled: @Sendable () -> Bool
    private let completion: Completion
    private let state: Locked<State>

    /// - Parameters:
    ///   - isCancelled: asked before computing; true when nobody waits for the answer any more.
    ///   - completion: called exactly once, on a worker's thread or, for a refusal, on the submitter's.
    package init(
        _ operation: Operation, input: Matrix<Float>, model: TrainedModel, deadline: ContinuousClock.Instant,
        isCancelled: @escaping @Sendable () -> Bool = { false }, completion: @escaping Completion
    ) {
        (self.operation, self.input, self.deadline) = (operation, input, deadline)
        (self.isCancelled, self.completion) = (isCancelled, completion)
        output = InferenceOutput(operation, rows: input.rows, model: model)
        state = Locked(State(rowsLeft: input.rows))
    }

    /// Whether computing would be in vain.
    func isExpired(at now: ContinuousClock.Instant) -> Bool { now >= deadline || isCancelled() }

    /// Counts rows as done or failed; the call that counts the last row completes the job.
    func finish(rows: Int, failure: InferenceError? = nil) {
        let result: Result<InferenceOutput, InferenceError>? = state.withLock { state in
            state.rowsLeft -= rows
            state.failure = .first(state.failure, failure)
            guard state.rowsLeft == 0 else { return nil }
            return state.failure.map { .failure($0) } ?? .success(output)
        }
        if let result { completion(result) }
    }

    /// Fails all rows that have not been given to a worker.
    func refuse(_ error: InferenceError) {
        finish(rows: input.rows, failure: error)
    }
}

/// Some rows of a job: what a batch is made of.
struct JobShard: Sendable {
    let job: InferenceJob
    let rows: Range<Int>
}
