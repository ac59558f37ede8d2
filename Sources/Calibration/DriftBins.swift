/// Intervals between quantiles of the calibration scores, and how many of those lie in each.
///
/// A bin is (edge below, edge]. Fine bins are for the Kolmogorov–Smirnov statistic; runs of them make the coarse bins
/// for the stability index. Equal edges are one, so bins have unequal shares where scores are tied.
struct DriftBins: Sendable {
    static let fine = 200
    static let coarse = 20

    /// Upper edges, ascending; behind the last is one bin more.
    let edges: [Double]
    /// The share of calibration scores at or below each edge.
    let shares: [Double]
    /// The first fine bin of each coarse bin, and the number of fine bins at the end.
    let coarseStarts: [Int]

    init(_ distribution: ScoreDistribution) {
        // A first bin below all calibration scores, in which the share is 0; the last one is above all.
        var edges = [distribution.quantile(0, of: 1).value.nextDown]
        var shares = [0.0]
        var coarseStarts = [0]
        for step in 1...Self.fine {
            let quantile = distribution.quantile(step, of: Self.fine)
            if quantile.value > edges[edges.count - 1] {
                edges.append(quantile.value)
                shares.append(quantile.share)
            }
            let isCoarse = step.isMultiple(of: Self.fine / Self.coarse) && quantile.share < 1
            if isCoarse, coarseStarts[coarseStarts.count - 1] != edges.count { coarseStarts.append(edges.count) }
        }
        self.edges = edges
        self.shares = shares
        self.coarseStarts = coarseStarts + [edges.count + 1]
    }

    /// The number of fine bins.
    var count: Int { edges.count + 1 }

    /// The fine bin of a score.
    func bin(of score: Double) -> Int { firstIndex(in: edges.indices) { edges[$0] >= score } }

    /// The share of calibration scores in the fine bins before this one.
    func share(before bin: Int) -> Double {
        bin == 0 ? 0 : bin > edges.count ? 1 : shares[bin - 1]
    }
}
