import Kernels

/// The importance weights of one record: log w = log p(x | z) + log p(z) − log q(z | x) for each z drawn from q.
package struct ImportanceWeights: Sendable {
    package private(set) var logWeights: [Double] = []
    private var logLikelihoodSum = 0.0

    package init() {}

    mutating func add(logLikelihood: Double, logRatio: Double) {
        logWeights.append(logLikelihood + logRatio)
        logLikelihoodSum += logLikelihood
    }

    /// log (1/K) Σ w over all K draws: nearest to log p(x).
    package var bound: Double { ExactMath.logMeanExp(logWeights) }

    /// The mean bound of groups of `samples` draws, each group counted by its draws: so it lies between `elbo` and `bound`
    /// whatever is left for the last group.
    package func bound(samples: Int) -> Double {
        let count = logWeights.count
        return stride(from: 0, to: count, by: samples).reduce(0) { sum, start in
            let group = Array(logWeights[start..<min(start + samples, count)])
            return sum + ExactMath.logMeanExp(group) * (Double(group.count) / Double(count))
        }
    }

    /// The ELBO: the mean of log w.
    package var elbo: Double { logWeights.reduce(0, +) / Double(logWeights.count) }

    /// The mean of log p(x | z).
    package var logLikelihood: Double { logLikelihoodSum / Double(logWeights.count) }

    /// (Σ w)² / Σ w²: how many equal weights would tell as much.
    package var effectiveSampleSize: Double {
        guard let largest = logWeights.max(), largest.isFinite else { return 0 }
        let weights = logWeights.map { ExactMath.exp($0 - largest) }
        let sum = weights.reduce(0, +)
        return sum * sum / weights.reduce(0) { $0 + $1 * $1 }
    }

    /// The standard error of `bound` by the delta method: that of the mean weight over the mean weight.
    package var standardError: Double {
        let (count, size) = (Double(logWeights.count), effectiveSampleSize)
        return size > 0 && count > 1 ? (max(0, count / size - 1) / (count - 1)).squareRoot() : 0
    }
}
