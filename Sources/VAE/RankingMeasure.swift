import Kernels

/// Measures the parts of a ranking.
package final class RankingMeasure: Sendable {
    private let usual: UsualRows
    private let neighbours: NeighbourIndex
    private let posteriors: NeighbourIndex
    private let marginals: ColumnMarginals

    package init(_ usual: UsualRows, table: TableCoding, evaluator: Evaluator<Float>) {
        self.usual = usual
        let features = table.observe(usual.neighbours).features
        neighbours = NeighbourIndex(features)
        posteriors = NeighbourIndex(Self.posteriorMeans(features, evaluator))
        marginals = ColumnMarginals(table.schema, sample: usual.neighbours)
    }

    private static func posteriorMeans(_ features: Matrix<Float>, _ evaluator: Evaluator<Float>) -> Matrix<Float> {
        let (rows, columns) = (features.rows, evaluator.model.latentDimension)
        let mean = Matrix<Float>(rows: rows, columns: columns)
        evaluator.encode(features, mean: mean, sigma: Matrix(rows: rows, columns: columns))
        return mean
    }

    /// The parts that a ranking needs.
    package static func needed(_ ranking: Ranking) -> Set<Ranking> {
        ranking == .combined ? Set(Ranking.combinedParts) : [ranking]
    }

    /// The distances of rows, where the ranking asks for them.
    package struct Distances {
        let neighbours: [Double]
        let posteriors: [Double]
    }

    package func distances(features: Matrix<Float>, means: Matrix<Float>, for needed: Set<Ranking>) -> Distances {
        Distances(
            neighbours: needed.contains(.neighbours) ? neighbours.distances(features) : [],
            posteriors: needed.contains(.posteriors) ? posteriors.distances(means) : [])
    }

    /// The parts of one row in the order of `Ranking.parts`; 0 for those not needed.
    ///
    /// - Parameters:
    ///   - contributions: what each column adds to the score.
    ///   - kl: the KL divergence of the row.
    package func parts(
        _ row: Int, _ coded: Matrix<Float>, contributions: Matrix<Double>, kl: Double, _ distances: Distances,
        needed: Set<Ranking>
    ) -> [Double] {
        let score = kl + contributions.rows(row..<row + 1).sum()
        return Ranking.parts.map { part in
            guard needed.contains(part) else { return 0 }
            return switch part {
            case .elbo, .combined: score
            case .cells: cellSurprise(row, contributions, kl)
            case .neighbours: distances.neighbours[row]
            case .posteriors: distances.posteriors[row]
            case .ratio: score - marginals.nats(coded, row: row)
            case .typicality: abs(score - usual.medianScore)
            }
        }
    }

    /// Σ log(1 + max(0, (r − mean) / (deviation + 0.05))) over the columns and the KL divergence.
    private func cellSurprise(_ row: Int, _ contributions: Matrix<Double>, _ kl: Double) -> Double {
        let width = contributions.columns
        return usual.cells.withSpan { cells in
            contributions.withSpan { contributions in
                var sum = 0.0
                for column in 0...width {
                    let nats = column < width ? contributions[row * width + column] : kl
                    let excess = (nats - cells[column]) / (cells[width + 1 + column] + 0.05)
                    if excess > 0 { sum += ExactMath.log(1 + excess) }
                }
                return sum
            }
        }
    }
}
