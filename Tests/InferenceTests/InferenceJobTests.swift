import Kernels
import Testing
import VAE

@testable import Inference

@Suite struct InferenceJobTests {
    private let calls = Calls()

    private func job(rows: Int, deadline: ContinuousClock.Instant = .now, isCancelled: Bool = false) throws
        -> InferenceJob
    {
        InferenceJob(
            .reconstruct, input: TestModel.input(.reconstruct, rows: rows), model: try TestModel.make(),
            deadline: deadline, isCancelled: { isCancelled }, completion: calls.completion)
    }

    @Test func completesOnceWithTheLastRow() throws {
        let job = try job(rows: 6)
        job.finish(rows: 1)
        job.finish(rows: 3)
        #expect(calls.all.isEmpty)
        job.finish(rows: 2)
        #expect(calls.all == [.success(Array(repeating: 0, count: 30))])
    }

    @Test func tellsTheFirstRowsFailureWhicheverCameFirst() throws {
        let job = try job(rows: 6)
        job.finish(rows: 2, failure: .notFinite(row: 5))
        job.finish(rows: 2, failure: .notFinite(row: 1))
        #expect(calls.all.isEmpty)
        job.finish(rows: 2, failure: .notFinite(row: 3))
        #expect(calls.all == [.failure(.notFinite(row: 1))])
    }

    @Test func tellsWhatFailedTheWholeRequestBeforeAnyRow() throws {
        let job = try job(rows: 4)
        job.finish(rows: 2, failure: .notFinite(row: 0))
        job.finish(rows: 2, failure: .deadlineExceeded)
        #expect(calls.all == [.failure(.deadlineExceeded)])
    }

    @Test func refusalCompletesAtOnce() throws {
        try job(rows: 6).refuse(.queueFull(limit: 3))
        #expect(calls.all == [.failure(.queueFull(limit: 3))])
    }

    @Test func expiresAtItsDeadlineOrWhenCancelled() throws {
        let deadline = ContinuousClock.now
        let job = try job(rows: 1, deadline: deadline)
        #expect(!job.isExpired(at: deadline - .nanoseconds(1)))
        #expect(job.isExpired(at: deadline))
        #expect(try self.job(rows: 1, deadline: deadline, isCancelled: true).isExpired(at: deadline - .seconds(1)))
    }

    /// Two batches of one job, of which the second began first; and a job that was never computed.
    @Test func tellsHowLongItWaitedAndWasComputed() throws {
        let times = StageTimes()
        let job = InferenceJob(
            .reconstruct, input: TestModel.input(.reconstruct, rows: 4), model: try TestModel.make(), deadline: .now,
            times: times, completion: calls.completion)
        job.finish(rows: 2, from: job.submitted + .milliseconds(5), at: job.submitted + .milliseconds(9))
        #expect(StageTimes.Stage.allCases.allSatisfy { times.nanoseconds(in: $0) == 0 })
        job.finish(rows: 2, from: job.submitted + .milliseconds(3), at: job.submitted + .milliseconds(11))
        #expect(times.nanoseconds(in: .queue) == 3_000_000 && times.nanoseconds(in: .compute) == 8_000_000)
        #expect(times.nanoseconds(in: .parse) == 0 && times.nanoseconds(in: .print) == 0)
        let refused = InferenceJob(
            .reconstruct, input: TestModel.input(.reconstruct, rows: 4), model: try TestModel.make(), deadline: .now,
            times: times, completion: calls.completion)
        refused.refuse(.closed)
        #expect(times.nanoseconds(in: .queue) > 3_000_000 && times.nanoseconds(in: .compute) == 8_000_000)
    }

    @Test func shiftsTheRowOfAnError() {
        let outside = InferenceError.outsideSupport(row: 2, column: 3, value: 7, support: "[0, 1]")
        #expect(outside.shifted(by: 10) == .outsideSupport(row: 12, column: 3, value: 7, support: "[0, 1]"))
        #expect(InferenceError.notFinite(row: 2).shifted(by: 10) == .notFinite(row: 12))
        for error in [InferenceError.closed, .deadlineExceeded, .queueFull(limit: 2)] {
            #expect(error.shifted(by: 10) == error)
        }
    }
}
