internal import Kernels

/// The population stability index of live scores over B coarse bins, mended for small counts.
///
///     Σ_b (a_b − e_b) ln(a_b / e_b),   a_b = (k_b + ½ B e_b) / (N + ½ B)
///
/// e_b is the bin's share of the n calibration scores, k_b of the N live ones. Half a row a bin (Krichevsky and Trofimov
/// 1981, The performance of universal encoding), spread as the calibration scores are, makes empty bins finite. Chance
/// alone adds, in the mean and to first order,
///
///     (B − 1) (1/N + 1/n) (N / (N + ½ B))²
///
/// (Yurdakul 2018, Statistical properties of population stability index; the square is from the added rows), which is
/// subtracted: with 100 rows it is a fifth, and would be called a shift.
struct StabilityIndex {
    /// Not below 0.
    let value: Double

    init(_ tally: DriftTally, bins: DriftBins, calibrationCount: Int) {
        let starts = bins.coarseStarts
        let binCount = Double(starts.count - 1)
        let total = Double(tally.count) + binCount / 2
        guard tally.count > 0 else {
            value = 0
            return
        }
        var index = 0.0
        for (start, end) in zip(starts, starts.dropFirst()) {
            let expected = bins.share(before: end) - bins.share(before: start)
            let rows = Double(tally.counts[start..<end].reduce(0, +))
            let actual = (rows + binCount / 2 * expected) / total
            index += (actual - expected) * ExactMath.log(actual / expected)
        }
        let shrinkage = Double(tally.count) / total
        let chance = (binCount - 1) * (1 / Double(tally.count) + 1 / Double(calibrationCount)) * shrinkage * shrinkage
        value = max(0, index - chance)
    }
}
