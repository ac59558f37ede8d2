import Kernels
import VAE

/// Measures a model on rows that training does not see.
struct Validation {
    private static let samples = 8
    private let model: VariationalAutoencoder<Float>
    private let rows: Observation<Float>
    private let noise: ScoreNoise<Float>
    private let evaluators: [Evaluator<Float>]

    /// - Parameters:
    ///   - model: `measure` makes its packed weights follow its parameters first.
    ///   - rows: in the likelihood's support.
    init(_ model: VariationalAutoencoder<Float>, rows: Observation<Float>, seed: UInt64) {
        self.model = model
        self.rows = rows
        noise = .mirrored(seed: seed, samples: Self.samples, latentDimension: model.latentDimension)
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
            evaluators[i].encode(part.features, mean: means.rows(halves[i]), sigma: sigmas.rows(halves[i]))
            results.set(i, evaluators[i].bounds(part, noise: noise))
        }
        let terms = results.all.flatMap { $0 }
        let count = Double(terms.count)
        return (
            terms.reduce(0) { $0 + $1.logLikelihood } / count, terms.reduce(0) { $0 + $1.klDivergence } / count,
            ActiveUnits.count(means)
        )
    }
}
