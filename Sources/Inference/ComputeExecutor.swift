import Locking
import Synchronization

/// A thread of its own for an actor that computes and for the task that feeds it, so that kernels never hold a thread of the
/// cooperative pool, and no work of others on that pool can hold up an answer.
package final class ComputeExecutor: SerialExecutor, TaskExecutor {
    private struct State: Sendable {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Locked(State())
    private let isBusy = Atomic<Bool>(false)
    /// Counts the jobs, and one more to stop; the thread waits on it.
    private let wakeUps = WakeUps()

    /// Whether it is running something; a hint, true or false a moment later.
    var isComputing: Bool { isBusy.load(ordering: .relaxed) }

    /// Starts the thread; it keeps the executor alive until `stop`.
    package init() {
        let hasStarted = startDetachedThread { [self] in serve() }
        precondition(hasStarted, "cannot start a thread")
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wakeUps.signal()
    }

    /// Ends the thread once its jobs are done. The executor must not be used afterwards.
    package func stop() {
        state.withLock { $0.isStopped = true }
        wakeUps.signal()
    }

    private func serve() {
        while true {
            wakeUps.wait()
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            isBusy.store(!jobs.isEmpty, ordering: .relaxed)
            defer { isBusy.store(false, ordering: .relaxed) }
            for job in jobs {
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            if isStopped, jobs.isEmpty { return }
        }
    }
}
