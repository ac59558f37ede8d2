import Inference
import Kernels
import Tensors
import VAE

/// What fewer bits do to the scores of a model's golden rows, in nats.
package struct ScoreDeviation: Sendable, Equatable {
    /// Golden rows.
    package let rows: Int
    /// The mean and the largest of |score − score in full precision|.
    package let mean: Double
    package let largest: Double

    /// - Parameter input: `[rows, rowDimension]`, one row or more.
    init(
        of model: TrainedModel, from full: TrainedModel, input: Matrix<Float>
    ) throws(InferenceError) {
        let scores = try [full, model].map { model throws(InferenceError) in
            try GoldenAnswers.answers(model, input, ScoreSettings(model)).score.elements
        }
        let differences = zip(scores[0], scores[1]).map { abs($0 - $1) }
        rows = differences.count
        mean = differences.reduce(0, +) / Double(max(1, rows))
        largest = differences.max() ?? 0
    }
}
