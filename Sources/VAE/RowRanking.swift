import Calibration
import Kernels

/// Ranks rows, and says how rare a rank is among rows that nothing has seen.
package final class RowRanking: Sendable {
    package let reference: ScoreReference
    package let measure: RankingMeasure
    private let scales: [RarityScale]
    private let distributions: [Ranking: ScoreDistribution]

    /// - Throws: `CalibrationError` when the calibration rows are none or not finite.
    package init(
        _ reference: ScoreReference, table: TableCoding, evaluator: Evaluator<Float>
    ) throws(CalibrationError) {
        self.reference = reference
        measure = RankingMeasure(reference.usual, table: table, evaluator: evaluator)
        let scales = Ranking.parts.indices.map { place in
            RarityScale((0..<reference.scaleParts.rows).map { reference.scaleParts[$0, place] })
        }
        self.scales = scales
        distributions = try Self.distributions(reference, scales)
    }

    private static func distributions(
        _ reference: ScoreReference, _ scales: [RarityScale]
    ) throws(CalibrationError) -> [Ranking: ScoreDistribution] {
        var distributions: [Ranking: ScoreDistribution] = [:]
        for ranking in Ranking.allCases {
            let scores = (0..<reference.calibrationParts.rows).map { row in
                value(ranking, reference.calibrationParts.rows(row..<row + 1).values, scales)
            }
            distributions[ranking] = try ScoreDistribution(scores)
        }
        return distributions
    }

    /// How rare a ranking is among normal rows that nothing has seen.
    package func distribution(_ ranking: Ranking) -> ScoreDistribution {
        guard let distribution = distributions[ranking] else { preconditionFailure("each ranking has one") }
        return distribution
    }

    /// What a row is ranked by, from its parts.
    package func value(_ ranking: Ranking, parts: [Double]) -> Double { Self.value(ranking, parts, scales) }

    private static func value(_ ranking: Ranking, _ parts: [Double], _ scales: [RarityScale]) -> Double {
        if let place = ranking.partPlace { return parts[place] }
        let nats = Ranking.combinedParts.compactMap(\.partPlace).map { scales[$0].nats(parts[$0]) }
        return nats.reduce(0, +) / Double(nats.count)
    }
}
