import Calibration
import VAE

/// When a row is called an anomaly.
package struct Verdict: Sendable, Equatable {
    package enum Rule: Equatable, Sendable {
        /// Where the p-value is at most this.
        case alpha(Double)
        /// Where the ranking is above this.
        case threshold(Double)
    }

    package let rule: Rule
    package let ranking: Ranking
    let distribution: ScoreDistribution

    /// One row in a hundred, unless somebody asks for another share.
    package static let usualAlpha = 0.01

    /// - Returns: nil for a model without calibration.
    /// - Throws: `CalibrationError.alphaTooSmall` when the calibration rows are too few for such a p-value.
    package init?(
        _ model: TrainedModel, ranking: Ranking, alpha: Double?, threshold: Double?
    ) throws(CalibrationError) {
        guard let known = model.ranking, known.knows(ranking) else { return nil }
        let distribution = known.distribution(ranking)
        (self.ranking, self.distribution) = (ranking, distribution)
        if let threshold {
            rule = .threshold(threshold)
        } else if let alpha {
            // Refuses what it cannot tell apart.
            _ = try distribution.threshold(alpha: alpha)
            rule = .alpha(alpha)
        } else {
            rule = .alpha(max(Self.usualAlpha, Self.smallestAlpha(distribution)))
        }
    }

    /// 1 / (n + 1): a p-value is never smaller.
    package static func smallestAlpha(_ distribution: ScoreDistribution) -> Double {
        1 / Double(distribution.count + 1)
    }

    package func pValue(_ anomalyScore: Double) -> Double { distribution.pValue(anomalyScore) }

    package func percentile(_ anomalyScore: Double) -> Double { distribution.percentile(anomalyScore) }

    package func isAnomaly(_ anomalyScore: Double) -> Bool {
        switch rule {
        case .alpha(let alpha): distribution.isAnomaly(anomalyScore, alpha: alpha)
        case .threshold(let threshold): anomalyScore > threshold
        }
    }
}
