import Dispatch
import Kernels
import Locking
import VAE

/// How well a model explains records: means over the rows, in nats, with the standard errors of the means.
package struct Evaluation: Sendable {
    package struct Mean: Equatable, Sendable {
        package let value: Double
        /// Of the mean over the rows, seen as draws from all there are; nil for one row.
        package let standardError: Double?

        init(_ values: [Double]) {
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            value = mean
            standardError = count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
        }
    }

    package let rows: Int
    package let samples: Int
    /// −log p(x) by importance sampling: an upper bound that falls as samples are added.
    package let negativeLogLikelihood: Mean
    /// The part of its standard error that comes from the samples, and would go with more of them.
    package let samplingError: Double
    /// Minus the importance-weighted bound of few samples, by their number.
    package let importanceWeighted: (samples: Int, bound: Mean)
    package let negativeELBO: Mean
    /// −E log p(x given z) and KL(q ‖ p), which add up to −ELBO.
    package let reconstruction: Mean
    package let divergence: Mean
    /// (Σ w)² / Σ w² over the rows.
    package let effectiveSampleSize: (median: Double, least: Double)
    /// Of each latent: KL(q ‖ N(0, 1)), where the prior is N(0, I) and there is one level; else nil.
    package let latentDivergences: [Double]?
    /// Of each latent: the variance of μ over the rows.
    package let latentVariances: [Double]
    package let activeUnits: Int
}

/// Evaluates a model on all cores.
package struct Evaluating: Sendable {
    package var samples = 5_000
    package var fewSamples = 50
    package var seed: UInt64 = 1

    package init() {}

    private struct Row: Sendable {
        var (bound, few, elbo, logLikelihood, size, error) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    }

    /// - Parameters:
    ///   - rows: `[rows, rowDimension]`, at least one; of a table coded rows.
    ///   - progress: called with the number of rows done, by one thread at a time.
    /// - Throws: `InferenceError.outsideSupport` or `.notFinite` naming the row.
    package func run(
        _ model: TrainedModel, _ rows: Matrix<Float>, workers: Int, progress: @Sendable (Int) -> Void = { _ in }
    ) throws(InferenceError) -> Evaluation {
        let input = try OperationRunner(model).observe(rows)
        let results = Locked((rows: Array(repeating: Row(), count: rows.rows), next: 0, done: 0))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            let evaluator = Evaluator(model.network)
            while let row = Self.takeRow(results, of: input.rows) {
                let result = evaluate(row, input, evaluator)
                results.withLock { results in
                    results.rows[row] = result
                    results.done += 1
                    progress(results.done)
                }
            }
        }
        let all = results.withLock { $0.rows }
        if let row = all.firstIndex(where: { !$0.bound.isFinite || !$0.elbo.isFinite }) { throw .notFinite(row: row) }
        return summary(model, input, all)
    }

    private static func takeRow(_ results: Locked<(rows: [Row], next: Int, done: Int)>, of count: Int) -> Int? {
        results.withLock { results in
            guard results.next < count else { return nil }
            defer { results.next += 1 }
            return results.next
        }
    }

    /// Each row has noise of its own, so that the errors of the rows do not add up.
    private func evaluate(_ row: Int, _ input: Observation<Float>, _ evaluator: Evaluator<Float>) -> Row {
        let noise = ScoreNoise<Float>.independent(
            seed: seed, row: UInt32(row), samples: samples, latentDimension: evaluator.model.latentDimension)
        let weights = evaluator.importanceWeights(input.rows(row..<row + 1), noise: noise)[0]
        return Row(
            bound: weights.bound, few: weights.bound(samples: fewSamples), elbo: weights.elbo,
            logLikelihood: weights.logLikelihood, size: weights.effectiveSampleSize, error: weights.standardError)
    }

    private func summary(_ model: TrainedModel, _ input: Observation<Float>, _ rows: [Row]) -> Evaluation {
        let codes = { Matrix<Float>(rows: rows.count, columns: model.network.latentDimension) }
        let (mean, sigma) = (codes(), codes())
        Evaluator(model.network).encode(input.features, condition: input.condition, mean: mean, sigma: sigma)
        let sizes = rows.map(\.size).sorted()
        let count = Double(rows.count)
        return Evaluation(
            rows: rows.count, samples: samples, negativeLogLikelihood: .init(rows.map { -$0.bound }),
            samplingError: rows.reduce(0) { $0 + $1.error * $1.error }.squareRoot() / count,
            importanceWeighted: (fewSamples, .init(rows.map { -$0.few })),
            negativeELBO: .init(rows.map { -$0.elbo }), reconstruction: .init(rows.map { -$0.logLikelihood }),
            divergence: .init(rows.map { $0.logLikelihood - $0.elbo }),
            effectiveSampleSize: (sizes[sizes.count / 2], sizes[0]),
            latentDivergences: Self.divergences(model.network, mean, sigma),
            latentVariances: ActiveUnits.variances(mean), activeUnits: ActiveUnits.count(mean))
    }

    /// ½ (μ² + σ² − 1 − log σ²) of each latent, averaged over the rows.
    private static func divergences(
        _ network: VariationalAutoencoder<Float>, _ mean: Matrix<Float>, _ sigma: Matrix<Float>
    ) -> [Double]? {
        guard case .standard = network.prior, network.hierarchy == nil else { return nil }
        let (rows, columns) = (mean.rows, mean.columns)
        return mean.withSpan { mean in
            sigma.withSpan { sigma in
                (0..<columns).map { column in
                    (0..<rows).reduce(0.0) { sum, row in
                        let (m, s) = (Double(mean[row * columns + column]), Double(sigma[row * columns + column]))
                        return sum + (m * m + s * s - 1) / 2 - ExactMath.log(s)
                    } / Double(rows)
                }
            }
        }
    }
}
