import Synchronization

/// How long rows of a kind of operation have taken lately, as a moving mean; read and written from any thread.
///
/// Exact enough to tell microseconds from milliseconds, which is all that is asked of it: two threads may overwrite each other's
/// measurements.
final class ComputePace: Sendable {
    /// Nanoseconds for a row of one pass through the decoder; 0 where nothing has been measured.
    private let mean = Atomic<Int>(0)

    /// Nil before the first measurement.
    func time(rows: Int) -> Duration? {
        let mean = mean.load(ordering: .relaxed)
        let (time, overflows) = mean.multipliedReportingOverflow(by: rows)
        return mean == 0 ? nil : .nanoseconds(overflows ? .max : time)
    }

    /// - Parameter rows: times passes.
    func note(_ duration: Duration, rows: Int) {
        let measured = max(1, Int(duration / .nanoseconds(1)) / max(rows, 1))
        let mean = mean.load(ordering: .relaxed)
        self.mean.store(mean == 0 ? measured : mean + (measured - mean) / 8, ordering: .relaxed)
    }
}
