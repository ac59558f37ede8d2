internal import Locking

/// Watches whether live scores still come from the distribution of the calibration scores.
///
/// Safe to use from several threads; its memory does not grow.
package final class DriftMonitor: Sendable {
    /// Which scores a report is about.
    package enum Period: Sendable {
        case sinceStart
        /// The last 5,000 to 10,000 scores, or all when there were fewer.
        case recent
    }

    /// Scores in one half of the recent ones.
    static let halfWindow = 5000

    private struct State {
        var all: DriftTally
        var previousHalf: DriftTally
        var currentHalf: DriftTally
        var notFiniteCount = 0

        mutating func add(_ placement: DriftTally.Placement) {
            all.add(placement)
            if currentHalf.count == DriftMonitor.halfWindow {
                previousHalf = currentHalf
                currentHalf = DriftTally(bins: currentHalf.counts.count)
            }
            currentHalf.add(placement)
        }

        func tally(_ period: Period) -> DriftTally {
            switch period {
            case .sinceStart: all
            case .recent: previousHalf.merged(currentHalf)
            }
        }
    }

    private let distribution: ScoreDistribution
    private let bins: DriftBins
    private let threshold5Percent: Double
    private let threshold1Percent: Double
    private let state: Locked<State>

    package init(_ distribution: ScoreDistribution) {
        self.distribution = distribution
        bins = DriftBins(distribution)
        // What cannot be reached is above no threshold.
        threshold5Percent = distribution.reachableThreshold(alpha: 0.05) ?? .infinity
        threshold1Percent = distribution.reachableThreshold(alpha: 0.01) ?? .infinity
        let empty = DriftTally(bins: bins.count)
        state = Locked(State(all: empty, previousHalf: empty, currentHalf: empty))
    }

    /// Counts scores; those that are not finite are only counted as such.
    package func observe(_ scores: some Sequence<Double>) {
        var notFiniteCount = 0
        var placements: [DriftTally.Placement] = []
        for score in scores {
            if score.isFinite { placements.append(placement(of: score)) } else { notFiniteCount += 1 }
        }
        let placed = placements
        let skipped = notFiniteCount
        state.withLock { state in
            state.notFiniteCount += skipped
            for placement in placed { state.add(placement) }
        }
    }

    package func report(_ period: Period = .sinceStart) -> DriftReport {
        let (tally, notFiniteCount) = state.withLock { ($0.tally(period), $0.notFiniteCount) }
        return DriftReport(tally, bins: bins, distribution: distribution, notFiniteCount: notFiniteCount)
    }

    /// How many live scores lie between quantiles of the calibration scores.
    package func histogram() -> ScoreHistogram {
        let tally = state.withLock { $0.all }
        return ScoreHistogram(tally, bins: bins)
    }

    private func placement(of score: Double) -> DriftTally.Placement {
        DriftTally.Placement(
            score: score, bin: bins.bin(of: score), isBelow5Percent: score > threshold5Percent,
            isBelow1Percent: score > threshold1Percent)
    }
}
