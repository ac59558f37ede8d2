/// Live scores between quantiles of the calibration scores.
package struct ScoreHistogram: Equatable, Sendable {
    /// Upper bounds of the buckets, ascending; each bucket holds its bound.
    package let bounds: [Double]
    /// Of each bucket by itself; the last is above all bounds.
    package let counts: [Int]
    package let sum: Double
    /// Scores with a p-value of at most 0.05, and of at most 0.01.
    package let below5Percent: Int
    package let below1Percent: Int

    /// Shares of calibration scores at or below the bounds, as wanted; ties move them.
    static let shares = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 1]

    init(_ tally: DriftTally, bins: DriftBins) {
        let edges = Self.edges(bins)
        bounds = edges.map { bins.edges[$0] }
        var (counts, next) = ([Int](), 0)
        for edge in edges {
            counts.append(tally.counts[next...edge].reduce(0, +))
            next = edge + 1
        }
        self.counts = counts + [tally.counts[next...].reduce(0, +)]
        sum = tally.mean * Double(tally.count)
        (below5Percent, below1Percent) = (tally.below5Percent, tally.below1Percent)
    }

    /// The first edge of at least each share, ascending and each once.
    private static func edges(_ bins: DriftBins) -> [Int] {
        shares.reduce(into: []) { edges, share in
            guard let edge = bins.shares.firstIndex(where: { $0 >= share }), edges.last != edge else { return }
            edges.append(edge)
        }
    }
}
