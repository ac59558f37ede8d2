import Kernels
import VAE

/// The answers to one request, row by row; workers fill disjoint rows.
package enum InferenceOutput: Sendable {
    /// `[rows, latentDimension]` each.
    case codes(mean: Matrix<Float>, sigma: Matrix<Float>, draw: Matrix<Float>?)
    /// `[rows, inputDimension]` each, in the data's own units.
    case records(mean: Matrix<Float>, draw: Matrix<Float>?)
    /// `[rows, 3]`: log-likelihood, KL divergence, standard error; in nats, of the data's own units.
    case scores(Matrix<Double>)
    /// `[rows, latentDimension]`, then `[rows, inputDimension]` each.
    case samples(latent: Matrix<Float>, mean: Matrix<Float>, draw: Matrix<Float>)

    /// Room for the answers to `operation` on `rows` rows.
    package init(_ operation: Operation, rows: Int, model: TrainedModel) {
        let codes = { Matrix<Float>(rows: rows, columns: model.network.latentDimension) }
        let records = { Matrix<Float>(rows: rows, columns: model.network.inputDimension) }
        switch operation {
        case .encode(let seed): self = .codes(mean: codes(), sigma: codes(), draw: seed.map { _ in codes() })
        case .decode(let seed): self = .records(mean: records(), draw: seed.map { _ in records() })
        case .reconstruct: self = .records(mean: records(), draw: nil)
        case .score: self = .scores(Matrix<Double>(rows: rows, columns: 3))
        case .sample: self = .samples(latent: codes(), mean: records(), draw: records())
        }
    }

    /// A view of some rows.
    package func rows(_ range: Range<Int>) -> InferenceOutput {
        switch self {
        case .codes(let mean, let sigma, let draw):
            .codes(mean: mean.rows(range), sigma: sigma.rows(range), draw: draw?.rows(range))
        case .records(let mean, let draw): .records(mean: mean.rows(range), draw: draw?.rows(range))
        case .scores(let terms): .scores(terms.rows(range))
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
        case (.scores(let terms), .scores(let otherTerms)): terms.assign(otherTerms)
        case (.samples(let latent, let mean, let draw), .samples(let otherLatent, let otherMean, let otherDraw)):
            latent.assign(otherLatent)
            mean.assign(otherMean)
            draw.assign(otherDraw)
        default: preconditionFailure("answers of two operations")
        }
    }

    /// The terms of one row's bound, of scores.
    package static func terms(_ scores: Matrix<Double>, row: Int) -> BoundTerms {
        BoundTerms(
            logLikelihood: scores[row, 0], klDivergence: scores[row, 1], standardError: scores[row, 2])
    }

    /// The first row with a number that is not finite.
    func firstNonFiniteRow() -> Int? {
        switch self {
        case .codes(let mean, let sigma, let draw): Self.firstRow([mean, sigma, draw])
        case .records(let mean, let draw): Self.firstRow([mean, draw])
        case .scores(let terms): terms.firstNonFinite().map { $0 / 3 }
        case .samples(let latent, let mean, let draw): Self.firstRow([latent]) ?? Self.firstRow([mean, draw])
        }
    }

    private static func firstRow(_ matrices: [Matrix<Float>?]) -> Int? {
        matrices.compactMap { matrix in matrix.flatMap { m in m.firstNonFinite().map { $0 / m.columns } } }.min()
    }
}
