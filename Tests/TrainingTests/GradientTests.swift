import Kernels
import Records
import TestSupport
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
            make("deterministic", two, .bernoulli, isDeterministic: true),
            make("mixture prior", two, .bernoulli, prior: .mixture(components: 3)),
            make("vamp prior", two, .bernoulli, prior: .vamp(components: 3)),
            make("vamp prior, linear", [], .bernoulli, prior: .vamp(components: 2)),
            make("flow prior", two, .bernoulli, prior: .flow(couplings: 3, units: 3)),
            make(
                "two levels, flow prior", two, .bernoulli, prior: .flow(couplings: 2, units: 2), hierarchy: levels(two)),
            make("two levels", two, .bernoulli, hierarchy: levels(two)),
            make("two levels, linear", [], .bernoulli, hierarchy: levels([])),
            make("two levels, vamp prior", two, .bernoulli, prior: .vamp(components: 3), hierarchy: levels(two)),
            make("gaussian shared", two, .gaussian(.shared(floor: 0.05))),
            make("continuous bernoulli", two, .continuousBernoulli),
            make("logistic", two, .discretizedLogistic(.learned(floor: 0.002))),
            make("logistic of the record", two, .discretizedLogistic(.perRecord(floor: 0.002))),
            make("condition", two, .bernoulli, condition: levels(3)),
            make("condition, linear", [], .bernoulli, condition: levels(2)),
            make("condition, deterministic", two, .bernoulli, condition: levels(3), isDeterministic: true),
            make("condition, mixture prior", two, .bernoulli, prior: .mixture(components: 3), condition: levels(3)),
            make("condition, flow prior", two, .bernoulli, prior: .flow(couplings: 2, units: 2), condition: levels(3)),
            make("condition, two levels", two, .bernoulli, hierarchy: levels(two), condition: levels(3)),
            make("condition, two levels, linear", [], .bernoulli, hierarchy: levels([]), condition: levels(2)),
            convolutional(condition: levels(3)),
            TinyNetwork(name: "columns, condition", architecture: try! MixedTable.architecture(condition: levels(3))),
            TinyNetwork(name: "columns", architecture: try! MixedTable.architecture()),
            TinyNetwork(name: "columns linear", architecture: try! MixedTable.architecture(encoder: [], decoder: [])),
        ]
    }()

    static func make(
        _ name: String, _ layers: [LayerSpecification], _ likelihood: LikelihoodSpecification,
        prior: PriorSpecification = .standard, hierarchy: HierarchySpecification? = nil,
        condition: ConditionSpecification? = nil, isDeterministic: Bool = false
    ) -> TinyNetwork {
        let architecture = try! Architecture(
            inputDimension: 3, latentDimension: 2, encoder: layers, decoder: layers.reversed(), likelihood: likelihood,
            prior: prior, hierarchy: hierarchy, condition: condition, isDeterministic: isDeterministic)
        return TinyNetwork(name: name, architecture: architecture)
    }

    static func levels(_ count: Int) -> ConditionSpecification {
        try! ConditionSpecification(levels: (0..<count).map { "\($0)" })
    }

    /// The label stands behind features that were an image.
    private static func convolutional(condition: ConditionSpecification) -> TinyNetwork {
        let architecture = try! Architecture(
            inputDimension: 3, inputShape: [1, 3], latentDimension: 2,
            encoder: [.convolution(channels: 2, kernel: 1, activation: .tanh)],
            decoder: [.dense(units: 4, activation: .tanh)], likelihood: .bernoulli, condition: condition)
        return TinyNetwork(name: "condition, convolution", architecture: architecture)
    }

    static func levels(_ layers: [LayerSpecification]) -> HierarchySpecification {
        HierarchySpecification(latentDimension: 2, top: layers, posterior: layers, prior: layers)
    }
}

/// A shard over `rows` records of a tiny network, with weights, records and noise of a fixed seed.
struct GradientProblem<Scalar: KernelScalar> {
    let model: VariationalAutoencoder<Scalar>
    let shard: GradientShard<Scalar>
    let prior: PriorTape<Scalar>?
    let rows: Int

    init(_ architecture: Architecture, samples: Int = 1) {
        // Enough rows of a table that each kind of cell comes up.
        if case .columns = architecture.likelihood { rows = 24 } else { rows = 3 }
        let parameters = Parameters<Scalar>(ParameterLayout(architecture))
        // Drawn in double for both precisions, rounded for Float; biases too, so that no activation sits on its kink.
        let start = Matrix<Double>(rows: 1, columns: parameters.vector.count)
        Double.normals(NoiseStream(seed: 7, purpose: .initialisation), into: start)
        // Smaller with columns: where a scale is small beside an error, no difference is as exact as the gradient.
        let spread = rows == 3 ? 0.6 : 0.2
        parameters.vector.assign(start.values.map { Scalar($0 * spread) })
        model = VariationalAutoencoder(architecture, parameters)
        let weights = GradientShard.sharedWeights(model)
        shard = GradientShard(model, rows: rows, samples: samples, weights: weights)
        prior = PriorTape(model, weights: weights)
        let features = shard.input.features
        let draws = Matrix<Double>(rows: 1, columns: features.count + shard.noise.count)
        Double.normals(NoiseStream(seed: 8, purpose: .posterior), into: draws)
        features.assign(draws.values.prefix(features.count).map { Scalar($0 > 0 ? 1 : 0) })
        if architecture.likelihood != .bernoulli, architecture.likelihood.isOfUnitInterval {
            // Black and white too, whose levels are open.
            features.assign(Self.grey.prefix(features.count).map { Scalar($0) / 255 })
        }
        if case .columns(let columns) = model.likelihood { fillTable(columns) }
        if let condition = shard.input.condition {
            let places = (0..<rows).map { Scalar(($0 * 2 + 1) % condition.columns) }
            Scalar.oneHot(Matrix(places, rows: rows, columns: 1), into: condition)
        }
        shard.noise.assign(draws.values.suffix(shard.noise.count).map { Scalar($0) })
    }

    private static var grey: [Int] { [0, 31, 255, 128, 0, 200, 254, 255, 90] }

    /// Cells of every kind of column, some missing and some of an unknown level, and all that the encoder sees of them.
    private func fillTable(_ columns: ColumnsLikelihood<Scalar>) {
        let coded = MixedTable.codedRows(rows, seed: 3)
        let features = Matrix<Float>(rows: rows, columns: model.inputDimension)
        FeatureMap(MixedTable.schema).apply(coded, into: features)
        shard.input.features.assign(features.values.map { Scalar($0) })
        columns.group(
            Matrix(coded.values.map { Scalar($0) }, rows: rows, columns: coded.columns), into: shard.input.targets)
    }

    /// The gradient of the last loss.
    var gradient: [Scalar] {
        if let prior, let mixture = shard.mixtureGradient { prior.backward([mixture], into: shard.gradients) }
        let sum = Matrix(shard.gradients.vector.values)
        for vector in prior?.gradientVectors ?? [] { Scalar.add(vector, to: sum) }
        return sum.values
    }

    /// The loss at the model's present weights.
    func loss(beta: Double) -> Double {
        model.refresh()
        prior?.forward()
        let terms = shard.run(rows: rows, Objective(weight: 1 / Double(rows), beta: beta))
        return (beta * terms.klDivergence - terms.logLikelihood) / Double(rows)
    }
}

@Suite struct GradientTests {
    @Test(arguments: TinyNetwork.all)
    func everyParameterMatchesCentralDifferences(network: TinyNetwork) {
        let problem = GradientProblem<Double>(network.architecture)
        _ = problem.loss(beta: 0.7)
        let gradient = problem.gradient
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
            #expect(abs(difference - gradient[i]) / scale < 1e-7, "parameter \(i) \(gradient[i])")
        }
    }

    /// The differences above would agree on zeros too: each tensor that a family learns must move the loss.
    @Test func everyLearnedTensorOfTheColumnsHasAGradient() throws {
        let problem = GradientProblem<Double>(try MixedTable.architecture())
        _ = problem.loss(beta: 1)
        let layout = problem.model.parameters.layout
        let learned = layout.entries.map(\.name).filter { $0.hasPrefix("likelihood.") }
        let expected = [
            "likelihood.scale", "likelihood.student_scale", "likelihood.thresholds.9", "likelihood.log_theta.11",
        ]
        #expect(learned.sorted() == expected.sorted())
        for name in learned {
            #expect(problem.shard.gradients[name].values.allSatisfy { abs($0) > 1e-4 }, "\(name)")
        }
        // And each kind of cell is there: missing, unknown, an atom and not.
        let coded = MixedTable.codedRows(problem.rows, seed: 3)
        for (place, column) in MixedTable.schema.coded.enumerated() {
            let codes = (0..<coded.rows).map { coded[$0, place] }
            #expect(codes.contains { $0.isNaN } == column.isOptional, "\(column.name)")
            if !column.atomCodes.isEmpty { #expect(codes.contains { column.atomCodes.contains($0) }) }
        }
        #expect(coded.values.contains(Column.unknownCode))
    }

    /// Of the importance-weighted bound the decoder's gradient is that of the loss; the encoder's has another estimator.
    @Test(arguments: [TinyNetwork.make("condition", [], .bernoulli, condition: TinyNetwork.levels(3))])
    func decoderOfSeveralSamplesMatchesCentralDifferences(network: TinyNetwork) {
        let problem = GradientProblem<Double>(network.architecture, samples: 3)
        _ = problem.loss(beta: 1)
        let gradient = problem.gradient
        let weights = problem.model.parameters.vector
        for entry in problem.model.parameters.layout.entries where entry.name.hasPrefix("decoder.") {
            for i in entry.start..<entry.start + entry.count {
                let original = weights[i]
                let step = 1e-4 * max(1, abs(original))
                func loss(_ multiple: Double) -> Double {
                    weights[i] = original + multiple * step
                    return problem.loss(beta: 1)
                }
                let difference = (8 * (loss(1) - loss(-1)) - (loss(2) - loss(-2))) / (12 * step)
                weights[i] = original
                let scale = max(abs(difference), abs(gradient[i]), 1e-3)
                #expect(abs(difference - gradient[i]) / scale < 1e-7, "\(entry.name) \(i - entry.start)")
            }
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
