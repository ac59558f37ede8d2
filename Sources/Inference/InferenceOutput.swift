import Kernels
import VAE

/// The answers to one request, row by row; workers fill disjoint rows.
package enum InferenceOutput: Sendable {
    /// `[rows, latentDimension]` each.
    case codes(mean: Matrix<Float>, sigma: Matrix<Float>, draw: Matrix<Float>?)
    /// `[rows, recordDimension]` each; of a table coded rows.
    case records(mean: Matrix<Float>, draw: Matrix<Float>?)
    /// `[rows, latentDimension]`, then `[rows, recordDimension]`.
    case path(latent: Matrix<Float>, mean: Matrix<Float>)
    case scores(ScoreOutput)
    /// Of a table's records.
    case repairs(RepairOutput)
    /// `[rows, latentDimension]`, then `[rows, recordDimension]` each.
    case samples(latent: Matrix<Float>, mean: Matrix<Float>, draw: Matrix<Float>)

    /// Room for the answers to `operation` on `rows` rows.
    package init(_ operation: Operation, rows: Int, model: TrainedModel) {
        let codes = { Matrix<Float>(rows: rows, columns: model.network.latentDimension) }
        let records = { Matrix<Float>(rows: rows, columns: model.recordDimension) }
        switch operation {
        case .encode(let seed): self = .codes(mean: codes(), sigma: codes(), draw: seed.map { _ in codes() })
        case .decode(let seed): self = .records(mean: records(), draw: seed.map { _ in records() })
        case .path: self = .path(latent: codes(), mean: records())
        case .reconstruct where model.schema != nil: self = .repairs(RepairOutput(rows: rows, model: model))
        case .reconstruct: self = .records(mean: records(), draw: nil)
        case .score(let settings): self = .scores(ScoreOutput(settings, rows: rows, model: model))
        case .sample: self = .samples(latent: codes(), mean: records(), draw: records())
        }
    }

    package var rowCount: Int {
        switch self {
        case .codes(let mean, _, _), .records(let mean, _), .path(_, let mean), .samples(let mean, _, _):
            mean.rows
        case .scores(let scores): scores.rows
        case .repairs(let repairs): repairs.rows
        }
    }

    /// A view of some rows.
    package func rows(_ range: Range<Int>) -> InferenceOutput {
        switch self {
        case .codes(let mean, let sigma, let draw):
            .codes(mean: mean.rows(range), sigma: sigma.rows(range), draw: draw?.rows(range))
        case .records(let mean, let draw): .records(mean: mean.rows(range), draw: draw?.rows(range))
        case .path(let latent, let mean): .path(latent: latent.rows(range), mean: mean.rows(range))
        case .scores(let scores): .scores(scores.rows(range))
        case .repairs(let repairs): .repairs(repairs.rows(range))
        case .samples(let latent, let mean, let draw):
            .samples(latent: latent.rows(range), mean: mean.rows(range), draw: draw.rows(range))
        }
    }

    /// Copies the answers of as many rows of the same operation.
    func assign(_ other: InferenceOutput) {
        switch (self, other) {
        case (.codes(let mean, let sigma, let draw), .codes(let otherMean, let otherSigma, let otherDraw)):
            mean.assign(otherMean)
            sigma.assign(otherSigma)
            if let draw, let otherDraw { draw.assign(otherDraw) }
        case (.records(let mean, let draw), .records(let otherMean, let otherDraw)):
            mean.assign(otherMean)
            if let draw, let otherDraw { draw.assign(otherDraw) }
        case (.path(let latent, let mean), .path(let otherLatent, let otherMean)):
            latent.assign(otherLatent)
            mean.assign(otherMean)
        case (.scores(let scores), .scores(let otherScores)): scores.assign(otherScores)
        case (.repairs(let repairs), .repairs(let otherRepairs)): repairs.assign(otherRepairs)
        case (.samples(let latent, let mean, let draw), .samples(let otherLatent, let otherMean, let otherDraw)):
            latent.assign(otherLatent)
            mean.assign(otherMean)
            draw.assign(otherDraw)
        default: preconditionFailure("answers of two operations")
        }
    }

    /// The first row with a number that is not finite.
    func firstNonFiniteRow() -> Int? {
        switch self {
        case .codes(let mean, let sigma, let draw): Self.firstRow([mean, sigma, draw])
        case .records(let mean, let draw): Self.firstRow([mean, draw])
        case .path(let latent, let mean): Self.firstRow([latent, mean])
        case .scores(let scores): scores.firstNonFiniteRow()
        case .repairs(let repairs): repairs.firstNonFiniteRow()
        case .samples(let latent, let mean, let draw): Self.firstRow([latent]) ?? Self.firstRow([mean, draw])
        }
    }

    private static func firstRow(_ matrices: [Matrix<Float>?]) -> Int? {
        matrices.compactMap { matrix in matrix.flatMap { m in m.firstNonFinite().map { $0 / m.columns } } }.min()
    }
}
