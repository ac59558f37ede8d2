import Kernels
import Testing
import Training
import VAE

/// Tiny networks, one of each kind: every layer, every activation, every likelihood, and none of the hidden layers.
struct TinyNetwork: CustomTestStringConvertible, Sendable {
    let name: String
    let architecture: Architecture

    var testDescription: String { name }

    static let all: [TinyNetwork] = {
        let dense = Activation.allCases.map { activation in
            let layers: [LayerSpecification] = [.dense(units: 4, activation: activation)]
            return make("dense \(activation)", layers, .bernoulli)
        }
        let two: [LayerSpecification] = [.dense(units: 5, activation: .tanh), .gatedDense(units: 3)]
        return dense + [
            make("linear", [], .bernoulli),
            make("gated", [.gatedDense(units: 4)], .bernoulli),
            make("two layers", two, .bernoulli),
            make("gaussian fixed", two, .gaussian(.fixed(0.7))),
            make("gaussian learned", two, .gaussian(.learned(floor: 0.05))),
        ]
    }()

    static func make(
        _ name: String, _ layers: [LayerSpecification], _ likelihood: LikelihoodSpecification
    ) -> TinyNetwork {
        let architecture = try! Architecture(
            inputDimension: 3, latentDimension: 2, encoder: layers, decoder: layers.reversed(), likelihood: likelihood)
        return TinyNetwork(name: name, architecture: architecture)
    }
}

/// A shard over `rows` records of a tiny network, with weights, records and noise of a fixed seed.
struct GradientProblem<Scalar: KernelScalar> {
    let model: VariationalAutoencoder<Scalar>
    let shard: GradientShard<Scalar>
    let rows = 3

    init(_ architecture: Architecture) {
        let parameters = Parameters<Scalar>(ParameterLayout(architecture))
        // Drawn in double for both precisions, rounded for Float; biases too, so that no activation sits on its kink.
        let start = Matrix<Double>(rows: 1, columns: parameters.vector.count)
        Double.normals(NoiseStream(seed: 7, purpose: .initialisation), into: start)
        parameters.vector.assign(start.values.map { Scalar($0 * 0.6) })
        model = VariationalAutoencoder(architecture, parameters)
        shard = GradientShard(model, rows: rows, weights: GradientShard.sharedWeights(model))
        let draws = Matrix<Double>(rows: 1, columns: shard.input.count + shard.noise.count)
        Double.normals(NoiseStream(seed: 8, purpose: .posterior), into: draws)
        shard.input.assign(draws.values.prefix(shard.input.count).map { Scalar($0 > 0 ? 1 : 0) })
        shard.noise.assign(draws.values.suffix(shard.noise.count).map { Scalar($0) })
    }

    /// The loss at the model's present weights.
    func loss(beta: Double) -> Double {
        model.refresh()
        let terms = shard.run(rows: rows, weight: 1 / Double(rows), beta: beta)
        return (beta * terms.klDivergence - terms.logLikelihood) / Double(rows)
    }
}

@Suite struct GradientTests {
    @Test(arguments: TinyNetwork.all)
    func everyParameterMatchesCentralDifferences(network: TinyNetwork) {
        let problem = GradientProblem<Double>(network.architecture)
        _ = problem.loss(beta: 0.7)
        let gradient = problem.shard.gradients.vector.values
        let weights = problem.model.parameters.vector
        for i in 0..<weights.count {
            let original = weights[i]
            let step = 1e-6 * max(1, abs(original))
            // A five-point stencil leaves an error of order h⁴, so rounding is what remains.
            func loss(_ multiple: Double) -> Double {
                weights[i] = original + multiple * step * 100
                return problem.loss(beta: 0.7)
            }
            let difference = (8 * (loss(1) - loss(-1)) - (loss(2) - loss(-2))) / (12 * step * 100)
            weights[i] = original
            // Below 1e-3 the difference's own rounding, some 1e-11 (a loss of several nats over a step of 1e-4), would count.
            let scale = max(abs(difference), abs(gradient[i]), 1e-3)
            #expect(abs(difference - gradient[i]) / scale < 1e-7, "parameter \(i)")
        }
    }

    @Test(arguments: TinyNetwork.all)
    func floatGradientFollowsDouble(network: TinyNetwork) {
        let (double, float) = (
            GradientProblem<Double>(network.architecture), GradientProblem<Float>(network.architecture)
        )
        #expect(abs(double.loss(beta: 1) - float.loss(beta: 1)) < 1e-5)
        for (d, f) in zip(double.shard.gradients.vector.values, float.shard.gradients.vector.values) {
            // A hundred roundings of 6e-8 relative to terms of order one.
            #expect(abs(d - Double(f)) < 1e-5 * max(1, abs(d)))
        }
    }
}
