import Kernels

/// Turns one kind of score into nats of its rarity, so that scores of different kinds can be added.
///
/// −log of the share of reference scores that are at least as large, interpolated; above their 90 % quantile the tail is
/// taken as exponential with the mean excess found there, so that no two scores tie however far out they are.
package struct RarityScale: Sendable {
    private let sorted: [Double]
    private let tailStart: Int
    private let tailNats: Double
    private let meanExcess: Double

    /// - Parameter scores: of reference records; at least one, finite.
    package init(_ scores: [Double]) {
        precondition(!scores.isEmpty)
        sorted = scores.sorted()
        let count = sorted.count
        tailStart = min(Int(0.9 * Double(count)), count - 1)
        let excesses = sorted[tailStart...].map { [start = sorted[tailStart]] in $0 - start }
        let mean = excesses.reduce(0, +) / Double(excesses.count)
        // Reference scores that all tie in the tail say nothing of its width.
        let spread = sorted[count - 1] - sorted[0]
        meanExcess = mean > 0 ? mean : max(spread, 1 + abs(sorted[count - 1]))
        tailNats = Self.nats(atLeast: count - tailStart, of: count)
    }

    package func nats(_ score: Double) -> Double {
        let start = sorted[tailStart]
        if score >= start { return tailNats + (score - start) / meanExcess }
        let place = lowerBound(score)
        guard place > 0 else { return 0 }
        let (below, above) = (sorted[place - 1], sorted[place])
        let share = above > below ? (score - below) / (above - below) : 1
        let (low, high) = (natsAt(place - 1), natsAt(place))
        return low + share * (high - low)
    }

    private func natsAt(_ place: Int) -> Double { Self.nats(atLeast: sorted.count - place, of: sorted.count) }

    private static func nats(atLeast k: Int, of n: Int) -> Double {
        ExactMath.log(Double(n + 1)) - ExactMath.log(Double(k + 1))
    }

    /// The first place whose score is at least this.
    private func lowerBound(_ score: Double) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < score { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
