import Kernels
import VAE

/// Measures a model on rows that training does not see.
struct Validation {
    private static let samples = 8
    /// Enough to tell epochs apart, where each row costs many passes.
    private static let mostWeightedRows = 1_000
    private let model: VariationalAutoencoder<Float>
    private let rows: Observation<Float>
    private let noise: ScoreNoise<Float>
    private let evaluators: [Evaluator<Float>]
    /// More than one where the importance-weighted bound is what is trained.
    private let importanceSamples: Int

    /// - Parameters:
    ///   - model: `measure` makes its packed weights follow its parameters first.
    ///   - rows: in the likelihood's support.
    init(
        _ model: VariationalAutoencoder<Float>, rows: Observation<Float>, seed: UInt64, importanceSamples: Int = 1
    ) {
        self.importanceSamples = importanceSamples
        self.model = model
        self.rows = rows
        noise =
            importanceSamples > 1
            ? .independent(seed: seed, samples: importanceSamples, latentDimension: model.latentDimension)
            : .mirrored(seed: seed, samples: Self.samples, latentDimension: model.latentDimension)
        evaluators = (0..<2).map { _ in Evaluator(model) }
    }

    /// Mean terms of the bound over the rows, in nats, and the number of active units.
    func measure() -> (logLikelihood: Double, klDivergence: Double, activeUnits: Int) {
        model.refresh()
        let means = Matrix<Float>(rows: rows.rows, columns: model.latentDimension)
        let sigmas = Matrix<Float>(rows: rows.rows, columns: model.latentDimension)
        let halves = Parallel.ranges(rows.rows, pieces: evaluators.count)
        let results = SharedResults<[BoundTerms]>(count: halves.count, empty: [])
        Parallel.forEach(halves.count) { i in
            let part = rows.rows(halves[i])
            evaluators[i].encode(
                part.features, condition: part.condition, mean: means.rows(halves[i]), sigma: sigmas.rows(halves[i]))
            results.set(i, bounds(part, evaluators[i]))
        }
        let terms = results.all.flatMap { $0 }
        let count = Double(terms.count)
        return (
            terms.reduce(0) { $0 + $1.logLikelihood } / count, terms.reduce(0) { $0 + $1.klDivergence } / count,
            ActiveUnits.count(means)
        )
    }

    /// The terms of the bound that is trained.
    private func bounds(_ rows: Observation<Float>, _ evaluator: Evaluator<Float>) -> [BoundTerms] {
        if importanceSamples == 1 { return evaluator.bounds(rows, noise: noise) }
        let some = rows.prefix(min(rows.rows, Self.mostWeightedRows / evaluators.count))
        return evaluator.importanceWeights(some, noise: noise).map { weights in
            BoundTerms(
                logLikelihood: weights.logLikelihood, klDivergence: weights.logLikelihood - weights.bound,
                standardError: weights.standardError)
        }
    }
}
