import Kernels
import Records

/// Measures the parts of a ranking.
package final class RankingMeasure: Sendable {
    private let usual: UsualRows
    private let neighbours: NeighbourIndex
    private let posteriors: NeighbourIndex
    private let marginals: ColumnMarginals
    /// Columns that were the same in every training row.
    private let constants: [Int]
    /// What such a column counts when it changes: as if it had been one more level, seen never in so many rows.
    private let changeSurprise: Double

    package init(_ usual: UsualRows, table: TableCoding, evaluator: Evaluator<Float>) {
        self.usual = usual
        let (coded, condition) = evaluator.model.architecture.split(usual.neighbours)
        let x = table.observe(coded).conditioned(on: condition)
        neighbours = NeighbourIndex(x.features)
        posteriors = NeighbourIndex(Self.posteriorMeans(x, evaluator))
        marginals = ColumnMarginals(table.schema, sample: coded)
        constants = table.schema.coded.indices.filter { table.schema.coded[$0].kind.word == .constant }
        let nats = ExactMath.log(Double(usual.neighbours.rows + 1))
        changeSurprise = ExactMath.log(1 + nats / Self.leastDeviation)
    }

    private static func posteriorMeans(_ x: Observation<Float>, _ evaluator: Evaluator<Float>) -> Matrix<Float> {
        let (rows, columns) = (x.rows, evaluator.model.latentDimension)
        let mean = Matrix<Float>(rows: rows, columns: columns)
        evaluator.encode(
            x.features, condition: x.condition, mean: mean, sigma: Matrix(rows: rows, columns: columns))
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
            // The combination is no part, and complexity is none of a table's.
            case .elbo, .combined, .complexity: score
            case .cells: cellSurprise(row, contributions, kl) + changes(row, coded)
            case .neighbours: distances.neighbours[row]
            case .posteriors: distances.posteriors[row]
            case .ratio: score - marginals.nats(coded, row: row)
            case .typicality: abs(score - usual.medianScore)
            }
        }
    }

    /// Keeps a column that costs the same in every row from counting without end.
    private static let leastDeviation = 0.05

    private func changes(_ row: Int, _ coded: Matrix<Float>) -> Double {
        var sum = 0.0
        for column in constants where coded[row, column] == 1 { sum += changeSurprise }
        return sum
    }

    /// Σ log(1 + max(0, (r − mean) / (deviation + 0.05))) over the columns and the KL divergence.
    private func cellSurprise(_ row: Int, _ contributions: Matrix<Double>, _ kl: Double) -> Double {
        let width = contributions.columns
        return usual.cells.withSpan { cells in
            contributions.withSpan { contributions in
                var sum = 0.0
                for column in 0...width {
                    let nats = column < width ? contributions[row * width + column] : kl
                    let excess = (nats - cells[column]) / (cells[width + 1 + column] + Self.leastDeviation)
                    if excess > 0 { sum += ExactMath.log(1 + excess) }
                }
                return sum
            }
        }
    }
}
