import Kernels
import TestSupport
import Testing
import VAE

@testable import Training

/// The gradient of the importance-weighted bound.
@Suite struct ImportanceGradientTests {
    static let priors: [TinyNetwork] = {
        let layers: [LayerSpecification] = [.dense(units: 4, activation: .tanh)]
        return [
            TinyNetwork.make("standard", layers, .bernoulli),
            TinyNetwork.make("mixture", layers, .bernoulli, prior: .mixture(components: 3)),
            TinyNetwork.make("vamp", layers, .bernoulli, prior: .vamp(components: 3)),
            TinyNetwork.make("flow", layers, .bernoulli, prior: .flow(couplings: 2, units: 3)),
        ]
    }()

    /// At fixed noise the decoder's and the prior's gradients are those of the bound itself. The encoder's are not: they are
    /// another estimate of the same mean. A VampPrior's come through the encoder, so they are left to the test below.
    @Test(arguments: priors.filter { $0.name != "vamp" })
    func decoderAndPriorMatchCentralDifferences(network: TinyNetwork) {
        let problem = GradientProblem<Double>(network.architecture, samples: 4)
        _ = problem.loss(beta: 1)
        let gradient = problem.gradient
        let (layout, weights) = (problem.model.parameters.layout, problem.model.parameters.vector)
        for entry in layout.entries where !entry.name.hasPrefix("encoder") {
            for i in entry.start..<entry.start + entry.count {
                let difference = Self.difference(weights, i) { problem.loss(beta: 1) }
                let scale = max(abs(difference), abs(gradient[i]), 1e-3)
                #expect(abs(difference - gradient[i]) / scale < 1e-7, "\(entry.name) \(gradient[i])")
            }
        }
    }

    /// Over many draws of the noise, the doubly reparameterised gradient and the plain one have the same mean.
    @Test(arguments: priors)
    func encoderHasTheMeanOfThePlainGradient(network: TinyNetwork) {
        let problem = GradientProblem<Double>(network.architecture, samples: 3)
        let weights = problem.model.parameters.vector
        let names = ["encoder.mean.bias", "encoder.log_variance.bias", "encoder.0.weight"]
        let places = names.compactMap { problem.model.parameters.layout[$0]?.start }
        var differences = places.map { _ in [Double]() }
        for draw in 0..<600 {
            Double.normals(
                NoiseStream(seed: 5, purpose: .posterior, index: UInt32(draw)), into: problem.shard.noise)
            _ = problem.loss(beta: 1)
            let gradient = problem.gradient
            for (k, i) in places.enumerated() {
                differences[k].append(gradient[i] - Self.difference(weights, i) { problem.loss(beta: 1) })
            }
        }
        for (name, values) in zip(names, differences) {
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let error = (squares / (count - 1) / count).squareRoot()
            #expect(error > 0)
            #expect(abs(mean) < 4 * error, "\(name): \(mean) ± \(error)")
        }
    }

    /// The loss is minus the bound that the evaluator takes of the same codes.
    @Test func lossIsTheBound() {
        let problem = GradientProblem<Double>(Self.priors[0].architecture, samples: 4)
        let loss = problem.loss(beta: 1)
        let evaluator = Evaluator(problem.model)
        let bounds = (0..<problem.rows).map { row in
            let noise = problem.shard.noise(row: row)
            let vectors = ScoreNoise<Double>.independent(seed: 1, samples: 4, latentDimension: noise.columns)
            vectors.vectors.assign(noise)
            return evaluator.importanceWeightedBounds(problem.shard.input.rows(row..<row + 1), noise: vectors)[0]
        }
        #expect(abs(loss + bounds.reduce(0, +) / Double(problem.rows)) < 1e-12)
    }

    /// By the five-point stencil of the other gradient tests.
    private static func difference(_ weights: Matrix<Double>, _ i: Int, _ loss: () -> Double) -> Double {
        let original = weights[i]
        defer { weights[i] = original }
        func at(_ multiple: Double) -> Double {
            weights[i] = original + multiple * 1e-3
            return loss()
        }
        return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * 1e-3)
    }
}

@Suite struct FreeBitsTests {
    /// Latents within their free nats get the gradient of the reconstruction alone, the others that of the ELBO.
    @Test func smallDivergencesAreFree() {
        let architecture = TinyNetwork.make("two layers", [.dense(units: 5, activation: .tanh)], .bernoulli)
            .architecture
        func gradient(beta: Double, freeBits: Double) -> [Double] {
            let problem = GradientProblem<Double>(architecture)
            _ = problem.shard.run(
                rows: problem.rows, Objective(weight: 1, beta: beta, freeBits: freeBits))
            return problem.shard.gradients["encoder.mean.bias"].values
        }
        let (with, without) = (gradient(beta: 1, freeBits: 0), gradient(beta: 0, freeBits: 0))
        #expect(gradient(beta: 1, freeBits: 1e9) == without)
        #expect(gradient(beta: 1, freeBits: 1e-9) == with)
        #expect(with != without)
        let problem = GradientProblem<Double>(architecture)
        _ = problem.loss(beta: 1)
        let (mean, sigma) = (Matrix<Double>(rows: 3, columns: 2), Matrix<Double>(rows: 3, columns: 2))
        Evaluator(problem.model).encode(problem.shard.input.features, mean: mean, sigma: sigma)
        let nats = (0..<2).map { latent in
            (0..<3).reduce(0.0) { sum, row in
                let (m, s) = (mean[row, latent], sigma[row, latent])
                return sum + (m * m + s * s - 1) / 2 - ExactMath.log(s)
            } / 3
        }
        // Between the two: one of them is free.
        let limit = (nats[0] + nats[1]) / 2
        let some = gradient(beta: 1, freeBits: limit)
        for latent in 0..<2 { #expect(some[latent] == (nats[latent] < limit ? without : with)[latent]) }
    }
}
