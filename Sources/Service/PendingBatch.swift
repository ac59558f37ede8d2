import Dispatch
import Inference
import JSON
import Locking
import RecordIO
import VAE

/// Some records of a long table on their way through the engine, which also prints them.
final class PendingBatch: Sendable {
    private let plan: OperationPlan
    private let batch: RecordBatch
    private let firstRow: Int
    private let isFirst: Bool
    private let body: AnswerBody
    private let account: RequestAccount
    private let result = Locked<Result<[UInt8], ServiceError>?>(nil)
    /// Signalled once for each result.
    private let arrival = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - firstRow: the number of the first record as its author counts.
    ///   - isFirst: whether no record was answered before.
    init(
        _ plan: OperationPlan, _ batch: RecordBatch, firstRow: Int, isFirst: Bool, _ body: AnswerBody,
        _ account: RequestAccount
    ) {
        (self.plan, self.batch, self.body, self.account) = (plan, batch, body, account)
        (self.firstRow, self.isFirst) = (firstRow, isFirst)
    }

    func submit(deadline: ContinuousClock.Instant, isCancelled: @escaping @Sendable () -> Bool) {
        let model = plan.model
        let job = InferenceJob(
            plan.operation, input: plan.conditions.joined(to: batch.matrix), model: model.model, deadline: deadline,
            accounting: .part, times: account.times, isCancelled: isCancelled
        ) { [self] in finish($0) }
        model.engine.submit(job)
    }

    /// On a worker's thread, so that all cores print.
    private func finish(_ result: Result<InferenceOutput, InferenceError>) {
        let bytes = print(result)
        self.result.withLock { $0 = bytes }
        arrival.signal()
    }

    private func print(_ result: Result<InferenceOutput, InferenceError>) -> Result<[UInt8], ServiceError> {
        switch result {
        case .failure(let error):
            return .failure(ServiceError(error, in: batch, firstRow: firstRow, columnName: plan.model.columnName))
        case .success(let output):
            plan.model.observe(output, of: plan.operation)
            var bytes: [UInt8] = []
            do {
                try account.measure(.print) { () throws(JSONError) in
                    try body.append(output, batch, isFirst: isFirst, to: &bytes)
                }
            } catch {
                return .failure(.unprintableAnswer)
            }
            return .success(bytes)
        }
    }

    /// Blocks until there is a result, or for a second: nil then.
    func wait() -> Result<[UInt8], ServiceError>? {
        guard arrival.wait(timeout: .now() + 1) == .success else { return nil }
        return result.withLock { $0 }
    }

    /// Blocks for a moment, before another try.
    func pause() {
        _ = arrival.wait(timeout: .now() + .milliseconds(10))
    }
}
