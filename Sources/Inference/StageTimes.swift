import Synchronization

/// How long one request has spent in each stage of its way; added to from any thread.
///
/// A stage that happens several times, for several jobs of one request or for the batches of a long table, is the sum of
/// its times, which may overlap.
package final class StageTimes: Sendable {
    package enum Stage: Int, CaseIterable, Sendable {
        /// The body to rows, without waiting for its bytes.
        case parse
        /// From a job's submission to its first batch.
        case queue
        /// From the beginning of its first batch to the end of its last.
        case compute
        /// The answer to bytes.
        case print
    }

    private let parse = Atomic<Int>(0)
    private let queue = Atomic<Int>(0)
    private let compute = Atomic<Int>(0)
    private let print = Atomic<Int>(0)

    package init() {}

    package func add(_ duration: Duration, to stage: Stage) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = max(1, Int(seconds) &* 1_000_000_000 &+ Int(attoseconds / 1_000_000_000))
        switch stage {
        case .parse: parse.add(nanoseconds, ordering: .relaxed)
        case .queue: queue.add(nanoseconds, ordering: .relaxed)
        case .compute: compute.add(nanoseconds, ordering: .relaxed)
        case .print: print.add(nanoseconds, ordering: .relaxed)
        }
    }

    /// Nanoseconds; 0 for a stage that was not reached, and more for all others.
    package func nanoseconds(in stage: Stage) -> Int {
        switch stage {
        case .parse: parse.load(ordering: .relaxed)
        case .queue: queue.load(ordering: .relaxed)
        case .compute: compute.load(ordering: .relaxed)
        case .print: print.load(ordering: .relaxed)
        }
    }
}
