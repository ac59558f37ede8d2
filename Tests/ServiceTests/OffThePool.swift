import Dispatch
import Testing

/// Runs tests on threads that may block: on the threads of the cooperative pool, which a service computes with, tests
/// that wait for an answer would keep it from being given.
struct OffThePool: SuiteTrait, TestTrait, TestScoping {
    private static let executor = BlockingExecutor()

    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Self.executor) { try await function() }
    }
}

extension Trait where Self == OffThePool {
    static var offThePool: Self { OffThePool() }
}

private final class BlockingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "tests", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
