/// What is counted of live scores.
struct DriftTally: Sendable {
    /// A score, reduced to what is counted of it.
    struct Placement {
        let score: Double
        let bin: Int
        let isBelow5Percent: Bool
        let isBelow1Percent: Bool
    }

    private(set) var count = 0
    private(set) var mean = 0.0
    private(set) var below5Percent = 0
    private(set) var below1Percent = 0
    /// Of the fine bins.
    private(set) var counts: [Int]

    init(bins: Int) {
        counts = [Int](repeating: 0, count: bins)
    }

    mutating func add(_ placement: Placement) {
        count += 1
        // Divided first, so that nothing overflows.
        mean += placement.score / Double(count) - mean / Double(count)
        counts[placement.bin] += 1
        if placement.isBelow5Percent { below5Percent += 1 }
        if placement.isBelow1Percent { below1Percent += 1 }
    }

    /// The scores of both.
    func merged(_ other: DriftTally) -> DriftTally {
        var result = self
        result.count += other.count
        if result.count > 0 {
            let share = Double(other.count) / Double(result.count)
            result.mean = mean * (1 - share) + other.mean * share
        }
        result.below5Percent += other.below5Percent
        result.below1Percent += other.below1Percent
        for index in counts.indices { result.counts[index] += other.counts[index] }
        return result
    }
}
