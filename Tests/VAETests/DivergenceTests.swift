import Kernels
import RealModule
import Testing
import VAE

@Suite struct DivergenceTests {
    @Test func klDivergenceIsZeroAtThePriorAndNowhereNegative() {
        #expect(Float.klDivergence(Matrix(rows: 1, columns: 5), Matrix(rows: 1, columns: 5)) == 0)
        #expect(Double.klDivergence(Matrix(rows: 1, columns: 5), Matrix(rows: 1, columns: 5)) == 0)
        // Also where the divergence is about to vanish and cancellation could turn its sign.
        for scale in [1e-8, 1e-4, 1e-2, 1, 30] as [Float] {
            let numbers = Matrix<Float>(rows: 2, columns: 300)
            Float.normals(NoiseStream(seed: 4, purpose: .sample), into: numbers)
            Float.scale(numbers, by: scale, into: numbers)
            for i in 0..<300 {
                let (mean, logVariance) = (Matrix([numbers[0, i]]), Matrix([numbers[1, i]]))
                #expect(Float.klDivergence(mean, logVariance) >= 0, "\(mean[0]) \(logVariance[0])")
            }
        }
    }

    /// KL = E_q[log q(z) − log p(z)], and log q − log p = ½ Σ z² − ε² − log σ².
    @Test(arguments: [1, 2, 3] as [UInt64])
    func klDivergenceIsTheMeanLogRatio(seed: UInt64) {
        let numbers = Matrix<Double>(rows: 2, columns: 4)
        Double.normals(NoiseStream(seed: seed, purpose: .split), into: numbers)
        let (mean, logVariance) = (numbers.rows(0..<1), numbers.rows(1..<2))
        let count = 4_000
        let noise = Matrix<Double>(rows: count, columns: 4)
        Double.normals(NoiseStream(seed: seed, purpose: .sample), into: noise)
        let ratios = (0..<count).map { i in
            (0..<4).reduce(0) { sum, j in
                let z = mean[j] + Double.exp(logVariance[j] / 2) * noise[i, j]
                return sum + (z * z - noise[i, j] * noise[i, j] - logVariance[j]) / 2
            }
        }
        let average = ratios.reduce(0, +) / Double(count)
        let squares = ratios.reduce(0) { $0 + ($1 - average) * ($1 - average) }
        let standardError = (squares / Double(count - 1) / Double(count)).squareRoot()
        #expect(abs(average - Double.klDivergence(mean, logVariance)) < 4 * standardError)
    }
}

/// With one latent, log p(x) is an integral that can be added up.
@Suite struct QuadratureTests {
    private func model() throws -> (SmallModel, Parameters<Float>) {
        let architecture = try Architecture(
            inputDimension: 3, latentDimension: 1, encoder: [.dense(units: 4, activation: .tanh)],
            decoder: [.dense(units: 4, activation: .tanh)], likelihood: .bernoulli)
        let model = SmallModel(name: "one latent", architecture: architecture)
        let parameters = model.parameters(Float.self)
        Float.scale(parameters.vector, by: 2, into: parameters.vector)
        // A posterior not far from the prior, so that no weight is rare and large.
        for entry in parameters.layout.entries where entry.name.hasPrefix("encoder") {
            let tensor = parameters[entry.name]
            Float.scale(tensor, by: 0.2, into: tensor)
        }
        return (model, parameters)
    }

    /// log ∫ N(z) p(x given z) dz by the trapezoidal rule on 2,001 nodes from −10 to 10.
    private func logEvidence(_ x: [Float], _ means: Matrix<Double>, _ nodes: Matrix<Double>) -> Double {
        let terms = (0..<nodes.rows).map { i in
            (0..<x.count).reduce(-nodes[i] * nodes[i] / 2 - ExactMath.halfLogTwoPi) { sum, j in
                sum + Double.log(x[j] == 1 ? means[i, j] : 1 - means[i, j])
            }
        }
        // A mean over the nodes, times the length of the interval.
        return ExactMath.logMeanExp(terms) + Double.log(20.01)
    }

    @Test func importanceWeightedBoundIsTheIntegral() throws {
        let (model, parameters) = try model()
        let evaluator = Evaluator(VariationalAutoencoder(model.architecture, parameters))
        let exact = Parameters(parameters.layout, vector: Matrix(parameters.vector.values.map(Double.init)))
        let nodes = Matrix((0...2_000).map { Double($0) / 100 - 10 }, rows: 2_001, columns: 1)
        let means = Matrix<Double>(rows: 2_001, columns: 3)
        Evaluator(VariationalAutoencoder(model.architecture, exact)).decode(nodes, into: means)
        let records = (0..<8).map { i in (0..<3).map { Float(i >> $0 & 1) } }
        let bounds = evaluator.importanceWeightedBounds(
            Observation(Matrix(records.flatMap { $0 }, rows: 8, columns: 3)),
            noise: .independent(seed: 1, samples: 5_000, latentDimension: 1))
        let evidence = records.map { logEvidence($0, means, nodes) }
        // The probabilities of all eight records add up to 1: the rule is exact enough for the comparison.
        #expect(abs(evidence.reduce(0) { $0 + Double.exp($1) } - 1) < 1e-9)
        // 5,000 samples of weights that vary by about their mean have a standard error of 0.014 at most.
        for (bound, evidence) in zip(bounds, evidence) { #expect(abs(bound - evidence) < 0.02) }
    }
}
