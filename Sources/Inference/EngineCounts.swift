/// What an engine has done since it was made.
package struct EngineCounts: Sendable {
    /// How often something happened, and how long it took together.
    package struct Timing: Equatable, Sendable {
        package private(set) var count = 0
        package private(set) var nanoseconds: UInt64 = 0

        package init() {}

        mutating func add(_ duration: Duration, count: Int = 1, times: Int = 1) {
            self.count += count
            let (seconds, attoseconds) = duration.components
            let one = UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
            nanoseconds &+= one &* UInt64(times)
        }
    }

    /// Of the batches of one size.
    package struct Batches: Sendable {
        package var input = Timing()
        package var infer = Timing()
        package var output = Timing()
    }

    /// Requests that were answered, and those that were not.
    package var success = Timing()
    package var failure = Timing()
    /// From a job's submission to its first batch.
    package var queue = Timing()
    /// Copying rows together, computing, and copying answers apart: the whole time of a batch for each job in it.
    package var input = Timing()
    package var infer = Timing()
    package var output = Timing()
    /// Rows computed and batches; their quotient is the mean size of a batch.
    package var rows = 0
    package var executions = 0
    /// Rows for which a request was refused, since their answer was not finite.
    package var notFiniteRows = 0
    /// When the last batch ended.
    package var lastInference: ContinuousClock.Instant?
    /// By their rows.
    package var batches: [Int: Batches] = [:]

    /// How long rows should take, at the pace of those computed so far.
    func seconds(toCompute rows: Int, workers: Int) -> Double {
        // Of all batches together: the time of each job counts the batches that it shared.
        let nanoseconds = batches.values.reduce(0) { $0 + $1.infer.nanoseconds }
        return Double(nanoseconds) / 1e9 / Double(max(self.rows, 1)) * Double(rows) / Double(max(workers, 1))
    }
}

/// What one batch took.
struct BatchTiming {
    let began: ContinuousClock.Instant
    /// When its rows lay together, and when its answers were there.
    let gathered: ContinuousClock.Instant
    let computed: ContinuousClock.Instant
    let ended: ContinuousClock.Instant
}

extension EngineCounts {
    /// Counts a batch; jobs that do not count are left out.
    mutating func add(_ shards: [JobShard], _ timing: BatchTiming) {
        var (rows, jobs, begun) = (0, 0, 0)
        for shard in shards where shard.job.accounting != .none {
            rows += shard.rows.count
            jobs += 1
            if shard.rows.lowerBound > 0 { continue }
            begun += 1
            queue.add(timing.began - shard.job.submitted)
        }
        guard jobs > 0 else { return }
        let parts = (timing.gathered - timing.began, timing.computed - timing.gathered, timing.ended - timing.computed)
        input.add(parts.0, count: begun, times: jobs)
        infer.add(parts.1, count: begun, times: jobs)
        output.add(parts.2, count: begun, times: jobs)
        batches[rows, default: Batches()].add(parts.0, parts.1, parts.2)
        self.rows += rows
        executions += 1
        lastInference = timing.ended
    }
}

extension EngineCounts.Batches {
    fileprivate mutating func add(_ input: Duration, _ infer: Duration, _ output: Duration) {
        self.input.add(input)
        self.infer.add(infer)
        self.output.add(output)
    }
}
