import Calibration
import Kernels

/// Ranks rows, and says how rare a rank is among rows that nothing has seen.
package final class RowRanking: Sendable {
    /// What measures the parts that a row is ranked by.
    package enum Measure: Sendable {
        case table(RankingMeasure)
        case vectors(VectorMeasure)
    }

    package let reference: ScoreReference
    package let measure: Measure
    /// What rows are ranked by unless somebody asks for another.
    package let usual: Ranking
    /// The parts of a row, in their order.
    private let parts: [Ranking]
    private let scales: [RarityScale]
    private let distributions: [Ranking: ScoreDistribution]

    /// Ranks the rows of a table.
    ///
    /// - Throws: `CalibrationError` when the calibration rows are none or not finite.
    package init(
        _ reference: TableReference, table: TableCoding, evaluator: Evaluator<Float>
    ) throws(CalibrationError) {
        self.reference = .table(reference)
        measure = .table(RankingMeasure(reference.usual, table: table, evaluator: evaluator))
        (usual, parts) = (.combined, Ranking.parts)
        let scales = Ranking.parts.indices.map { place in
            RarityScale((0..<reference.scaleParts.rows).map { reference.scaleParts[$0, place] })
        }
        self.scales = scales
        distributions = try Self.distributions(
            [.combined] + Ranking.parts, reference.calibrationParts
        ) { Self.value($0, $1, Ranking.parts, scales) }
    }

    /// Ranks plain vectors.
    ///
    /// - Throws: `CalibrationError` when the calibration rows are none or not finite.
    package init(_ reference: VectorReference, _ measure: VectorMeasure) throws(CalibrationError) {
        self.reference = .vectors(reference)
        self.measure = .vectors(measure)
        (usual, parts, scales) = (measure.usual, Ranking.vectorParts, [])
        distributions = try Self.distributions(Ranking.vectorParts, reference.calibrationParts) {
            Self.value($0, $1, Ranking.vectorParts, [])
        }
    }

    private static func distributions(
        _ rankings: [Ranking], _ calibrationParts: Matrix<Double>, _ value: (Ranking, [Double]) -> Double
    ) throws(CalibrationError) -> [Ranking: ScoreDistribution] {
        var distributions: [Ranking: ScoreDistribution] = [:]
        for ranking in rankings {
            let scores = (0..<calibrationParts.rows).map { row in
                value(ranking, calibrationParts.rows(row..<row + 1).values)
            }
            distributions[ranking] = try ScoreDistribution(scores)
        }
        return distributions
    }

    /// What rows can be ranked by.
    package var known: [Ranking] { (parts.contains(usual) ? [] : [usual]) + parts }

    package func knows(_ ranking: Ranking) -> Bool { distributions[ranking] != nil }

    /// How rare a ranking is among normal rows that nothing has seen.
    ///
    /// - Parameter ranking: one that is known.
    package func distribution(_ ranking: Ranking) -> ScoreDistribution {
        guard let distribution = distributions[ranking] else {
            preconditionFailure("only known rankings are asked for")
        }
        return distribution
    }

    /// What a row is ranked by, from its parts.
    package func value(_ ranking: Ranking, parts: [Double]) -> Double {
        Self.value(ranking, parts, self.parts, scales)
    }

    private static func value(
        _ ranking: Ranking, _ values: [Double], _ parts: [Ranking], _ scales: [RarityScale]
    ) -> Double {
        if let place = parts.firstIndex(of: ranking) { return values[place] }
        let nats = Ranking.combinedParts.compactMap { parts.firstIndex(of: $0) }.map { scales[$0].nats(values[$0]) }
        return nats.reduce(0, +) / Double(nats.count)
    }
}
