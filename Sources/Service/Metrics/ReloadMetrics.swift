import Locking

/// How often models were read while the service ran, and how long that took.
final class ReloadMetrics: Sendable {
    private struct State: Sendable {
        var (successes, failures) = (0, 0)
        var times = DurationHistogram()
    }

    private let state = Locked(State())

    func count(_ duration: Duration, hasFailed: Bool) {
        state.withLock { state in
            if hasFailed { state.failures += 1 } else { state.successes += 1 }
            state.times.add(duration)
        }
    }

    func write(to writer: inout MetricsWriter) {
        let state = state.withLock { $0 }
        writer.family("elbo_reload_total", .counter, "Models read since the start, by what became of them.") {
            $0.sample([("result", "success")], state.successes)
            $0.sample([("result", "failure")], state.failures)
        }
        writer.family(
            "elbo_reload_duration_seconds", .histogram, "Time to read, check and warm a model, or to refuse it."
        ) {
            $0.histogram([], bounds: DurationHistogram.bounds, counts: state.times.counts, sum: state.times.seconds)
        }
    }
}
