/// The scores of a calibration split: what fraction of ordinary records is as strange as this one?
///
///     p(s) = (1 + #{cᵢ ≥ s}) / (n + 1)
///
/// For a record exchangeable with the calibration records, P(p ≤ α) ≤ α for every α (Vovk, Gammerman and Shafer 2005,
/// Algorithmic Learning in a Random World, proposition 2.4). With more than 5,120 scores only some are stored; p is
/// then exact for the largest 1,024 and never smaller than the exact value elsewhere, so the property stays.
package struct ScoreDistribution: Equatable, Sendable {
    /// n
    package let count: Int
    package let mean: Double
    /// The stored scores, ascending: what, with `count` and `mean`, is to be written to a file.
    package let values: [Double]

    private var ranks: StoredRanks { StoredRanks(total: count) }

    /// - Parameter scores: of records used neither for fitting nor for stopping, in any order.
    /// - Throws: `CalibrationError.noScores` or `.notFinite`.
    package init(_ scores: [Double]) throws(CalibrationError) {
        try Self.checkFinite(scores)
        let sorted = scores.sorted()
        guard let lowest = sorted.first, let highest = sorted.last else { throw .noScores }
        let ranks = StoredRanks(total: sorted.count)
        count = sorted.count
        values = (0..<ranks.count).map { sorted[ranks[$0] - 1] }
        // Divided first, so that no sum overflows.
        let mean = sorted.reduce(0) { $0 + $1 / Double(sorted.count) }
        self.mean = min(max(mean, lowest), highest)
    }

    /// From stored numbers.
    ///
    /// - Throws: `CalibrationError` when no scores could have given them.
    package init(count: Int, mean: Double, values: [Double]) throws(CalibrationError) {
        guard count > 0, let lowest = values.first, let highest = values.last else { throw .noScores }
        guard count < 1 << 53 else { throw .tooManyScores(count: count) }
        let expected = StoredRanks(total: count).count
        guard values.count == expected else {
            throw .wrongValueCount(count: count, expected: expected, got: values.count)
        }
        try Self.checkFinite(values)
        if let index = values.indices.dropFirst().first(where: { values[$0] < values[$0 - 1] }) {
            throw .notSorted(index: index)
        }
        guard mean >= lowest, mean <= highest else {
            throw .meanOutOfRange(mean: mean, lowest: lowest, highest: highest)
        }
        self.count = count
        self.mean = mean
        self.values = values
    }

    private static func checkFinite(_ values: [Double]) throws(CalibrationError) {
        guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw .notFinite(index: index, value: values[index])
    }
}

// MARK: p-values

extension ScoreDistribution {
    /// From 1/(n + 1) to 1; larger scores have smaller ones. A NaN counts as above all.
    package func pValue(_ score: Double) -> Double {
        let below = firstIndex(in: values.indices) { values[$0] >= score }
        // At least as many of all scores are below as the rank of the last stored one that is.
        let countBelow = below == 0 ? 0 : ranks[below - 1]
        return Double(1 + count - countBelow) / Double(count + 1)
    }

    /// 100 (1 − p), from 0 to below 100.
    package func percentile(_ score: Double) -> Double { 100 * (1 - pValue(score)) }

    /// Whether `pValue(score) <= alpha`, exactly.
    package func isAnomaly(_ score: Double, alpha: Double) -> Bool { pValue(score) <= alpha }

    /// The score above which, strictly, `pValue` is at most alpha: for every score that is a number,
    /// `score > threshold` is `isAnomaly(score, alpha:)`.
    ///
    /// The ⌈(n + 1)(1 − α)⌉-th smallest score, or the next stored one above it. On new records the false alarm rate of
    /// the k-th smallest is Beta(n + 1 − k, k) distributed, with mean at most α.
    ///
    /// - Parameter alpha: the false alarm rate wanted.
    /// - Throws: `CalibrationError.notAProbability`, or `.alphaTooSmall` below 1/(n + 1).
    package func threshold(alpha: Double) throws(CalibrationError) -> Double {
        guard alpha > 0, alpha < 1 else { throw .notAProbability(alpha: alpha) }
        guard let threshold = reachableThreshold(alpha: alpha) else {
            throw .alphaTooSmall(alpha: alpha, count: count, smallest: 1 / Double(count + 1))
        }
        return threshold
    }

    /// Nil when no score has a p-value of alpha or less.
    func reachableThreshold(alpha: Double) -> Double? {
        let rank = count + 1 - largestNumerator(alpha: alpha)
        return rank <= count ? values[ranks.index(atOrAbove: rank)] : nil
    }

    /// The largest whole m with m/(n + 1) ≤ α, divided and rounded as `pValue` does.
    private func largestNumerator(alpha: Double) -> Int {
        firstIndex(in: 1..<(count + 1)) { Double($0) / Double(count + 1) > alpha } - 1
    }
}

// MARK: For the drift monitor

extension ScoreDistribution {
    /// The stored score nearest above the fraction of all, and the share of scores at or below it.
    func quantile(_ numerator: Int, of denominator: Int) -> (value: Double, share: Double) {
        let rank = max(1, Int((Double(count) * Double(numerator) / Double(denominator)).rounded(.up)))
        let value = values[ranks.index(atOrAbove: min(rank, count))]
        return (value, shareAtOrBelow(value))
    }

    /// At least the share of calibration scores at or below a stored value, and exact without gaps in the store.
    private func shareAtOrBelow(_ value: Double) -> Double {
        let above = firstIndex(in: values.indices) { values[$0] > value }
        return Double(ranks[above - 1]) / Double(count)
    }
}
