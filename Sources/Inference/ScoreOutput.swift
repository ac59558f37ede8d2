import Kernels
import VAE

/// The scores of some rows, in nats.
package struct ScoreOutput: Sendable {
    /// `[rows, 4]`: see `RowScore`.
    private let terms: Matrix<Double>
    /// What each coded column adds to the score, `[rows, recordDimension]`; nil where nobody asks.
    package let contributions: Matrix<Double>?
    /// What the model expects in each coded column, `[rows, recordDimension]`.
    package let expected: Matrix<Float>?
    /// The parts of all rankings, `[rows, Ranking.parts.count]`; nil where nobody asks or the model has no calibration.
    package let parts: Matrix<Double>?

    init(_ settings: ScoreSettings, rows: Int, model: TrainedModel) {
        terms = Matrix(rows: rows, columns: 4)
        guard settings.explains, model.schema != nil else {
            (contributions, expected, parts) = (nil, nil, nil)
            return
        }
        contributions = Matrix(rows: rows, columns: model.recordDimension)
        expected = Matrix(rows: rows, columns: model.recordDimension)
        parts = model.ranking.map { _ in Matrix(rows: rows, columns: Ranking.parts.count) }
    }

    private init(_ scores: ScoreOutput, _ range: Range<Int>) {
        terms = scores.terms.rows(range)
        (contributions, expected) = (scores.contributions?.rows(range), scores.expected?.rows(range))
        parts = scores.parts?.rows(range)
    }

    package var rows: Int { terms.rows }

    package subscript(row: Int) -> RowScore {
        get {
            RowScore(
                reconstruction: terms[row, 0], kl: terms[row, 1], standardError: terms[row, 2],
                anomalyScore: terms[row, 3])
        }
        nonmutating set {
            terms[row, 0] = newValue.reconstruction
            terms[row, 1] = newValue.kl
            terms[row, 2] = newValue.standardError
            terms[row, 3] = newValue.anomalyScore
        }
    }

    func rows(_ range: Range<Int>) -> ScoreOutput {
        ScoreOutput(self, range)
    }

    func assign(_ other: ScoreOutput) {
        terms.assign(other.terms)
        if let contributions, let theirs = other.contributions { contributions.assign(theirs) }
        if let expected, let theirs = other.expected { expected.assign(theirs) }
        if let parts, let theirs = other.parts { parts.assign(theirs) }
    }

    func firstNonFiniteRow() -> Int? {
        [
            terms.firstNonFinite().map { $0 / 4 },
            contributions.flatMap { m in m.firstNonFinite().map { $0 / m.columns } },
        ].compactMap { $0 }.min()
    }
}

/// The score of one row, in nats.
package struct RowScore: Equatable, Sendable {
    /// −E_q log p(x given z).
    package var reconstruction: Double
    /// KL(q(z given x) ‖ p(z)); 0 for the importance-weighted bound, which has no such part.
    package var kl: Double
    /// The standard error of the score.
    package var standardError: Double
    /// What rows are ranked by: −ELBO, or the calibrated combination of which it is a part.
    package var anomalyScore: Double

    package init(reconstruction: Double, kl: Double, standardError: Double, anomalyScore: Double) {
        (self.reconstruction, self.kl) = (reconstruction, kl)
        (self.standardError, self.anomalyScore) = (standardError, anomalyScore)
    }

    /// −ELBO: larger is stranger.
    package var score: Double { reconstruction + kl }
}
