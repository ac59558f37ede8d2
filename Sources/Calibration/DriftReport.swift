/// How live scores compare with the calibration scores. Every number is finite.
package struct DriftReport: Equatable, Sendable {
    /// What the stability index says; the limits are those of credit scoring (Siddiqi 2006, Credit Risk Scorecards).
    package enum Verdict: String, Sendable {
        /// Fewer than 100 rows, or calibration scores too much alike to make two bins.
        case insufficient
        /// Below 0.1.
        case stable
        /// From 0.1 to 0.25.
        case shifted
        /// Above 0.25.
        case drifted
    }

    /// Rows below which there is no verdict.
    package static let minimumCount = 100

    /// Live scores that were counted.
    package let count: Int
    /// Live scores that were not, being infinite or NaN, since the start.
    package let notFiniteCount: Int
    /// The population stability index less what chance alone adds; not below 0.
    package let stabilityIndex: Double
    /// The largest difference of the two distribution functions at the edges of 200 bins: at most the exact one.
    package let ksStatistic: Double
    package let ksPValue: Double
    /// The share of scores with a p-value of at most 0.05; about 0.05 without drift, 0 when it cannot be reached.
    package let shareBelow5Percent: Double
    package let shareBelow1Percent: Double
    /// 0 without scores.
    package let mean: Double
    package let calibrationMean: Double
    package let verdict: Verdict
}

extension DriftReport {
    init(_ tally: DriftTally, bins: DriftBins, distribution: ScoreDistribution, notFiniteCount: Int) {
        count = tally.count
        self.notFiniteCount = notFiniteCount
        stabilityIndex = StabilityIndex(tally, bins: bins, calibrationCount: distribution.count).value
        ksStatistic = Self.ksStatistic(tally, bins: bins)
        ksPValue = count == 0 ? 1 : Kolmogorov.pValue(statistic: ksStatistic, count, distribution.count)
        shareBelow5Percent = Double(tally.below5Percent) / Double(max(count, 1))
        shareBelow1Percent = Double(tally.below1Percent) / Double(max(count, 1))
        mean = tally.mean
        calibrationMean = distribution.mean
        verdict = Self.verdict(stabilityIndex, isSufficient: count >= Self.minimumCount && bins.coarseStarts.count > 2)
    }

    private static func verdict(_ stabilityIndex: Double, isSufficient: Bool) -> Verdict {
        guard isSufficient else { return .insufficient }
        return stabilityIndex < 0.1 ? .stable : stabilityIndex <= 0.25 ? .shifted : .drifted
    }

    private static func ksStatistic(_ tally: DriftTally, bins: DriftBins) -> Double {
        guard tally.count > 0 else { return 0 }
        var below = 0
        var largest = 0.0
        for edge in bins.edges.indices {
            below += tally.counts[edge]
            largest = max(largest, abs(Double(below) / Double(tally.count) - bins.shares[edge]))
        }
        return largest
    }
}
