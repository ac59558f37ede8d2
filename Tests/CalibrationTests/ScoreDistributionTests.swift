import TestSupport
import Testing

@testable import Calibration

@Suite struct ScoreDistributionTests {
    /// Scores with the ties that rounding makes; without for 0.
    private func scores(_ count: Int, levels: Int, seed: UInt64 = 1) -> [Double] {
        var generator = SeededGenerator(state: seed)
        return (0..<count).map { _ in
            let score = Double.random(in: -3...7, using: &generator)
            return levels == 0 ? score : (score * Double(levels)).rounded() / Double(levels)
        }
    }

    /// By the formula.
    private func exactPValue(_ score: Double, _ scores: [Double]) -> Double {
        Double(1 + scores.count { $0 >= score }) / Double(scores.count + 1)
    }

    @Test func countsTiesAsAtLeastAsLarge() throws {
        let distribution = try ScoreDistribution([3, 1, 2, 2])
        #expect([0.5, 1, 1.5, 2, 2.5, 3].map(distribution.pValue) == [1, 1, 0.8, 0.8, 0.4, 0.4])
        #expect(distribution.pValue(3.1) == 0.2)
        #expect(distribution.pValue(.infinity) == 0.2)
        #expect(distribution.pValue(-.infinity) == 1)
        #expect(distribution.pValue(.nan) == 0.2)
        #expect(distribution.percentile(3.1) == 80)
        #expect(distribution.percentile(0) == 0)
        #expect(distribution.mean == 2)
        #expect(distribution.count == 4)
    }

    @Test(arguments: [1, 2, 100, 5119, 5120], [0, 1, 3])
    func isExactWithFewScores(count: Int, levels: Int) throws {
        let scores = scores(count, levels: levels)
        let distribution = try ScoreDistribution(scores)
        #expect(distribution.values.count == count)
        for score in scores.prefix(50) + self.scores(50, levels: 4, seed: 2) {
            #expect(distribution.pValue(score) == exactPValue(score, scores))
        }
    }

    @Test(arguments: [5121, 5122, 9216, 30_000], [0, 1, 100])
    func isExactAtTheTopAndNeverTooSmall(count: Int, levels: Int) throws {
        let scores = scores(count, levels: levels)
        let sorted = scores.sorted()
        let distribution = try ScoreDistribution(scores)
        #expect(distribution.values.count == 5120)
        let gap = Double((count - 1025 + 4094) / 4095) / Double(count + 1)
        for score in scores.prefix(200) + self.scores(100, levels: 4, seed: 2) + [-9, 9] + sorted.suffix(50) {
            let (exact, stored) = (exactPValue(score, scores), distribution.pValue(score))
            #expect(stored >= exact && stored <= exact + gap)
            if score > sorted[count - 1024] { #expect(stored == exact) }
        }
    }

    @Test func storesRanksThatAscend() {
        for total in [1, 5120, 5121, 6000, 9217, 123_457, 1 << 40] {
            let ranks = StoredRanks(total: total)
            #expect(ranks[0] == 1 && ranks[ranks.count - 1] == total)
            for index in 1..<max(ranks.count, 1) { #expect(ranks[index] > ranks[index - 1]) }
            if total > 5120 { #expect((0...1024).allSatisfy { ranks[5119 - $0] == total - $0 }) }
        }
    }

    /// Thresholds against order statistics and against p-values, at every score and beside it.
    @Test(arguments: [1, 2, 19, 20, 99, 1000, 7000], [0, 2])
    func thresholdAgreesWithPValues(count: Int, levels: Int) throws {
        let scores = scores(count, levels: levels, seed: 3)
        let sorted = scores.sorted()
        let distribution = try ScoreDistribution(scores)
        for alpha in [1 / Double(count + 1), 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 2 / Double(count + 1), 0.99]
        where alpha >= 1 / Double(count + 1) && alpha < 1 {
            let threshold = try distribution.threshold(alpha: alpha)
            for score in sorted.suffix(200) + sorted.prefix(20) + [threshold] {
                for score in [score.nextDown, score, score.nextUp] {
                    #expect((score > threshold) == (distribution.pValue(score) <= alpha))
                    #expect(distribution.isAnomaly(score, alpha: alpha) == (score > threshold))
                }
            }
            guard count <= 1000 else { continue }
            // In whole numbers: alpha as a fraction of 10,000, or one or two of n + 1.
            let share = (alpha * 10_000).rounded() == alpha * 10_000 ? Int(alpha * 10_000) * (count + 1) / 10_000 : nil
            if let share { #expect(threshold == sorted[count + 1 - share - 1]) }
        }
    }

    @Test func refusesWhatCannotBeReached() throws {
        let distribution = try ScoreDistribution((1...99).map(Double.init))
        #expect(try distribution.threshold(alpha: 0.01) == 99)
        #expect(try distribution.threshold(alpha: 0.05) == 95)
        let error = #expect(throws: CalibrationError.self) { try distribution.threshold(alpha: 0.0099) }
        #expect(error == .alphaTooSmall(alpha: 0.0099, count: 99, smallest: 0.01))
        #expect(
            error?.description
                == "a false alarm rate of 0.0099 is too small for 99 calibration scores; the smallest is 0.01")
        for alpha in [0, 1, -0.5, 1.5, .infinity] {
            #expect(throws: CalibrationError.notAProbability(alpha: alpha)) { try distribution.threshold(alpha: alpha) }
        }
        #expect(throws: CalibrationError.self) { try distribution.threshold(alpha: .nan) }
    }

    /// For exchangeable scores k = (n + 1) p is uniform on 1…n + 1, and P(p ≤ α) = ⌊α(n + 1)⌋/(n + 1).
    ///
    /// 20,000 draws of 19 calibration scores and one more: counts must be within 4 standard deviations of the binomial.
    @Test(arguments: [0, 1])
    func pValuesAreUniform(levels: Int) throws {
        var generator = SeededGenerator(state: 77)
        let draws = 20_000
        var counts = [Int](repeating: 0, count: 21)
        for _ in 0..<draws {
            let scores = (0..<20).map { _ in
                let score = Double.random(in: 0..<5, using: &generator)
                return levels == 0 ? score : score.rounded(.down)
            }
            let p = try ScoreDistribution(Array(scores.dropLast())).pValue(scores[19])
            counts[Int((p * 20).rounded())] += 1
        }
        var cumulative = 0
        for rank in 1...20 {
            cumulative += counts[rank]
            let alpha = Double(rank) / 20
            let deviation = (Double(draws) * alpha * (1 - alpha)).squareRoot()
            let excess = Double(cumulative) - Double(draws) * alpha
            if levels == 0 { #expect(abs(excess) <= 4 * deviation) } else { #expect(excess <= 4 * deviation) }
        }
        #expect(cumulative == draws)
    }

    @Test(arguments: [1, 5120, 12_345]) func restores(count: Int) throws {
        let distribution = try ScoreDistribution(scores(count, levels: 0))
        let restored = try ScoreDistribution(
            count: distribution.count, mean: distribution.mean, values: distribution.values)
        #expect(restored == distribution)
    }

    @Test func meanDoesNotOverflow() throws {
        let large = Double.greatestFiniteMagnitude
        #expect(try ScoreDistribution([large, large, large]).mean == large)
        #expect(try ScoreDistribution([-large, large]).mean == 0)
        #expect(try ScoreDistribution([0, large, large, 0]).mean == large / 2)
    }

    @Test(
        arguments: [
            (0, 0, [], .noScores), (-1, 0, [1], .noScores), (3, 0, [], .noScores),
            (1 << 53, 0, [1], .tooManyScores(count: 1 << 53)),
            (3, 1, [1, 2], .wrongValueCount(count: 3, expected: 3, got: 2)),
            (6000, 1, [1, 2], .wrongValueCount(count: 6000, expected: 5120, got: 2)),
            (3, 2, [1, 3, 2], .notSorted(index: 2)),
            (2, 1, [1, .infinity], .notFinite(index: 1, value: .infinity)),
            (2, 3, [1, 2], .meanOutOfRange(mean: 3, lowest: 1, highest: 2)),
            (2, 0.5, [1, 2], .meanOutOfRange(mean: 0.5, lowest: 1, highest: 2)),
        ] as [(Int, Double, [Double], CalibrationError)])
    func refusesToRestore(count: Int, mean: Double, values: [Double], expected: CalibrationError) {
        let error = #expect(throws: CalibrationError.self) {
            try ScoreDistribution(count: count, mean: mean, values: values)
        }
        #expect(error == expected)
        #expect(error?.description.isEmpty == false)
    }

    @Test func refusesNaN() {
        #expect(throws: CalibrationError.noScores) { try ScoreDistribution([]) }
        #expect(throws: CalibrationError.self) { try ScoreDistribution([1, .nan]) }
        #expect(throws: CalibrationError.self) { try ScoreDistribution(count: 2, mean: .nan, values: [1, 2]) }
        #expect(throws: CalibrationError.self) { try ScoreDistribution(count: 2, mean: 1, values: [1, .nan]) }
    }
}
