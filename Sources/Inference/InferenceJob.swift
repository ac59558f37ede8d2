import Kernels
import Locking
import VAE

/// One request on its way through the batcher: shards of its rows are computed by any worker, and the last one answers.
package final class InferenceJob: Sendable {
    package typealias Completion = @Sendable (Result<InferenceOutput, InferenceError>) -> Void

    /// What a job is in the statistics.
    package enum Accounting: Sendable {
        case request
        /// One of several jobs of a request, which counts it itself.
        case part
        /// Nobody asked for it.
        case none
    }

    private struct State: Sendable {
        var rowsLeft: Int
        /// When its first batch began.
        var began: ContinuousClock.Instant?
        var failure: InferenceError?
    }

    let operation: Operation
    /// `[rows, …]`; no columns for `sample`.
    let input: Matrix<Float>
    let output: InferenceOutput
    let accounting: Accounting
    let priority: JobPriority
    let submitted = ContinuousClock.now
    private let deadline: ContinuousClock.Instant
    private let isCancelled: @Sendable () -> Bool
    private let times: StageTimes?
    private let completion: Completion
    private let state: Locked<State>

    /// - Parameters:
    ///   - times: told how long it waited and was computed, before the completion is called.
    ///   - isCancelled: asked before computing; true when nobody waits for the answer any more.
    ///   - completion: called exactly once, on a worker's thread or, for a refusal, on the submitter's.
    package init(
        _ operation: Operation, input: Matrix<Float>, model: TrainedModel, deadline: ContinuousClock.Instant,
        priority: JobPriority = .usual, accounting: Accounting = .request, times: StageTimes? = nil,
        isCancelled: @escaping @Sendable () -> Bool = { false },
        completion: @escaping Completion
    ) {
        (self.operation, self.input, self.deadline) = (operation, input, deadline)
        (self.priority, self.accounting, self.times) = (priority, accounting, times)
        (self.isCancelled, self.completion) = (isCancelled, completion)
        output = InferenceOutput(operation, rows: input.rows, model: model)
        state = Locked(State(rowsLeft: input.rows))
    }

    /// Whether computing would be in vain.
    func isExpired(at now: ContinuousClock.Instant) -> Bool { now >= deadline || isCancelled() }

    /// Counts rows as done or failed; the call that counts the last row completes the job.
    ///
    /// - Parameter began: when their batch began; nil where they were not computed.
    func finish(
        rows: Int, failure: InferenceError? = nil, _ statistics: EngineStatistics? = nil,
        from began: ContinuousClock.Instant? = nil, at now: ContinuousClock.Instant? = nil
    ) {
        var firstBegan: ContinuousClock.Instant?
        let result: Result<InferenceOutput, InferenceError>? = state.withLock { state in
            state.rowsLeft -= rows
            if let began { state.began = min(state.began ?? began, began) }
            firstBegan = state.began
            state.failure = .first(state.failure, failure)
            guard state.rowsLeft == 0 else { return nil }
            return state.failure.map { .failure($0) } ?? .success(output)
        }
        guard let result else { return }
        // Before the answer: who has one finds it counted.
        if accounting == .request {
            statistics?.countRequest(hasFailed: result.isFailure, since: submitted, at: now ?? .now)
        }
        tellTimes(from: firstBegan, to: now)
        completion(result)
    }

    private func tellTimes(from began: ContinuousClock.Instant?, to ended: ContinuousClock.Instant?) {
        guard let times else { return }
        guard let began else { return times.add(.now - submitted, to: .queue) }
        times.add(began - submitted, to: .queue)
        times.add((ended ?? .now) - began, to: .compute)
    }

    /// Fails all rows that have not been given to a worker.
    func refuse(_ error: InferenceError, _ statistics: EngineStatistics? = nil) {
        finish(rows: input.rows, failure: error, statistics)
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        switch self {
        case .success: false
        case .failure: true
        }
    }
}

/// Some rows of a job: what a batch is made of.
struct JobShard: Sendable {
    let job: InferenceJob
    let rows: Range<Int>
}
