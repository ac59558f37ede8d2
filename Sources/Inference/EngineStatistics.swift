import Locking

/// Counts what an engine does: one lock for each batch and one for each request.
package final class EngineStatistics: Sendable {
    private let state = Locked(EngineCounts())

    package var counts: EngineCounts { state.withLock { $0 } }

    /// Counts a request as it is answered.
    ///
    /// - Parameter began: when it was submitted.
    package func countRequest(
        hasFailed: Bool, since began: ContinuousClock.Instant, at now: ContinuousClock.Instant = .now
    ) {
        let duration = now - began
        state.withLock { counts in
            if hasFailed { counts.failure.add(duration) } else { counts.success.add(duration) }
        }
    }

    /// Counts a row that cannot be answered.
    func countNotFiniteRow() {
        state.withLock { $0.notFiniteRows += 1 }
    }

    func count(_ shards: [JobShard], _ timing: BatchTiming) {
        state.withLock { $0.add(shards, timing) }
    }
}
