import Kernels
import RealModule
import Testing
import VAE

@testable import Training

/// A linear VAE with fixed σ is probabilistic PCA, whose best likelihood is known from the sample covariance.
///
/// Source: Tipping and Bishop 1999, equations 7 and 8.
@Suite struct LearningTests {
    /// Eigenvalues of a symmetric matrix by Jacobi's rotations, largest first.
    private static func eigenvalues(_ matrix: [[Double]]) -> [Double] {
        var a = matrix
        let n = a.count
        for _ in 0..<30 {
            for p in 0..<n {
                for q in p + 1..<n where a[p][q] != 0 {
                    let angle = Double.atan2(y: 2 * a[p][q], x: a[q][q] - a[p][p]) / 2
                    let (c, s) = (Double.cos(angle), Double.sin(angle))
                    for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
                    for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
                }
            }
        }
        return (0..<n).map { a[$0][$0] }.sorted(by: >)
    }

    private static func covariance(_ x: Matrix<Float>) -> [[Double]] {
        let n = Double(x.rows)
        let means = (0..<x.columns).map { j in (0..<x.rows).reduce(0.0) { $0 + Double(x[$1, j]) } / n }
        return (0..<x.columns).map { j in
            (0..<x.columns).map { k in
                (0..<x.rows).reduce(0.0) { $0 + (Double(x[$1, j]) - means[j]) * (Double(x[$1, k]) - means[k]) } / n
            }
        }
    }

    @Test func eigenvaluesOfAKnownMatrix() {
        let values = Self.eigenvalues([[2, 1, 0], [1, 2, 0], [0, 0, 5]])
        for (value, expected) in zip(values, [5, 3, 1] as [Double]) { #expect(abs(value - expected) < 1e-12) }
    }

    /// The mean bound of a linear model without noise: at z = μ, less ½ Σ σⱼ² ‖Wⱼ‖² / σₓ² for the posterior's spread.
    private static func exactBound(
        _ parameters: Parameters<Float>, _ architecture: Architecture, _ x: Matrix<Float>, variance: Double
    ) -> Double {
        let evaluator = Evaluator(VariationalAutoencoder(architecture, parameters))
        let (mean, sigma) = (Matrix<Float>(rows: x.rows, columns: 2), Matrix<Float>(rows: x.rows, columns: 2))
        evaluator.encode(x, mean: mean, sigma: sigma)
        let w = parameters["decoder.output.weight"]
        let norms = (0..<2).map { j in (0..<4).reduce(0.0) { $0 + Double(w[$1, j]) * Double(w[$1, j]) } }
        let terms = evaluator.bounds(Observation(x), noise: .none(latentDimension: 2))
        let bounds = terms.enumerated().map { i, terms in
            let spread = (0..<2).reduce(0.0) { $0 + Double(sigma[i, $1]) * Double(sigma[i, $1]) * norms[$1] }
            return terms.elbo - spread / (2 * variance)
        }
        return bounds.reduce(0, +) / Double(bounds.count)
    }

    @Test func aLinearModelReachesTheLikelihoodOfPrincipalComponents() throws {
        let data = TrainingProblem.data(rows: 400)
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.learningRate) = (60, 40, 0.03)
        (options.warmUpSteps, options.klWarmUpEpochs, options.averageDecay) = (20, 5, 0.98)
        let rows = BatchOrder.split(rows: 400, validationShare: 0.1, calibrationShare: 0, seed: options.seed).training
        let training = Matrix(rows.flatMap { data.rows($0..<$0 + 1).values }, rows: rows.count, columns: 4)
        let eigenvalues = Self.eigenvalues(Self.covariance(training))
        let variance = (eigenvalues[2] + eigenvalues[3]) / 2
        let logarithms = Double.log(eigenvalues[0]) + Double.log(eigenvalues[1]) + 2 * Double.log(variance)
        let best = -(4 * Double.log(2 * .pi) + logarithms + 4) / 2

        let architecture = try Architecture(
            inputDimension: 4, latentDimension: 2, encoder: [], decoder: [],
            likelihood: .gaussian(.fixed(variance.squareRoot())))
        let trainer = try Trainer(architecture, data: data, options: options)
        try trainer.run()
        let elbo = Self.exactBound(trainer.bestParameters, architecture, training, variance: variance)
        // 0.05 nats for a short run; above the maximum only by the rounding of single precision.
        #expect(elbo > best - 0.05 && elbo < best + 1e-4, "\(elbo) \(best)")
        #expect(trainer.history.last?.activeUnits == 2)
    }
}
