import Kernels
import Testing
import VAE

/// Networks small enough for the portable kernels in a debug build: each likelihood with dense and with gated layers.
struct SmallModel: CustomTestStringConvertible, Sendable {
    let name: String
    let architecture: Architecture

    var testDescription: String { name }

    static func all() throws -> [SmallModel] {
        let kinds: [(String, LikelihoodSpecification)] = [
            ("bernoulli", .bernoulli), ("gaussian", .gaussian(.learned(floor: 0.05))),
            ("shared gaussian", .gaussian(.shared(floor: 0.05))), ("continuous bernoulli", .continuousBernoulli),
            ("logistic", .discretizedLogistic(.learned(floor: 0.002))),
            ("logistic of the record", .discretizedLogistic(.perRecord(floor: 0.002))),
        ]
        let layers: [(String, [LayerSpecification])] = [
            ("dense", [.dense(units: 9, activation: .gelu)]), ("gated", [.gatedDense(units: 35)]),
        ]
        let plain = try kinds.flatMap { likelihood in
            try layers.map { layers in
                let architecture = try Architecture(
                    inputDimension: 7, latentDimension: 3, encoder: layers.1, decoder: layers.1.reversed(),
                    likelihood: likelihood.1)
                return SmallModel(name: "\(likelihood.0) \(layers.0)", architecture: architecture)
            }
        }
        let images = try kinds.map { name, likelihood in
            SmallModel(name: "\(name) images", architecture: try SmallModel.images(likelihood))
        }
        return try plain + images + withLatents()
    }

    /// Each prior with one level of latents and with two.
    static func withLatents(dimension: Int = 3) throws -> [SmallModel] {
        let layers: [LayerSpecification] = [.dense(units: 5, activation: .tanh)]
        let priors: [PriorSpecification] = [
            .standard, .mixture(components: 3), .vamp(components: 4), .flow(couplings: 3, units: 4),
        ]
        let levels = HierarchySpecification(latentDimension: 2, top: [], posterior: layers, prior: layers)
        return try priors.flatMap { prior in
            try [nil, levels].map { hierarchy in
                let architecture = try Architecture(
                    inputDimension: 7, latentDimension: dimension, encoder: layers, decoder: layers,
                    likelihood: .bernoulli, prior: prior, hierarchy: hierarchy)
                let name = "\(prior.name) prior, \(hierarchy == nil ? "one level" : "two levels")"
                return SmallModel(name: name, architecture: architecture)
            }
        }
    }

    /// Every kind of layer of images, of two channels so that their order counts.
    static func images(_ likelihood: LikelihoodSpecification) throws -> Architecture {
        let convolution = LayerSpecification.convolution(channels: 3, kernel: 3, padding: 1, activation: .identity)
        return try Architecture(
            inputDimension: 24, inputShape: [2, 4, 3], latentDimension: 3,
            encoder: [
                convolution, .batchNorm(.gelu), .residual([convolution, .layerNorm()], activation: .relu),
                .pool(.largest, size: 2, stride: 1), .groupNorm(groups: 1), .dropout(rate: 0.5),
            ],
            decoder: [
                .dense(units: 12, activation: .identity), .batchNorm(.tanh),
                .reshape(channels: 3, height: 2, width: 2), .upsample(factor: 2), .pool(.mean, size: 2, stride: 1),
                .transposedConvolution(channels: 3, kernel: 2, activation: .identity), .batchNorm(.silu),
            ],
            output: .convolution(WindowSpecification(size: Extent(height: 1, width: 2)), .forward),
            likelihood: likelihood)
    }

    /// Weights of a fixed seed, biases too.
    func evaluator<Scalar: KernelScalar>(_: Scalar.Type = Scalar.self) -> Evaluator<Scalar> {
        Evaluator(VariationalAutoencoder(architecture, parameters()))
    }

    func parameters<Scalar: KernelScalar>(_: Scalar.Type = Scalar.self) -> Parameters<Scalar> {
        let parameters = Parameters<Scalar>(ParameterLayout(architecture))
        Scalar.normals(NoiseStream(seed: 5, purpose: .initialisation), into: parameters.vector)
        Scalar.scale(parameters.vector, by: 0.5, into: parameters.vector)
        for entry in parameters.layout.entries where entry.name.hasSuffix(".running_var") {
            let variances = parameters[entry.name]
            for i in 0..<variances.count { variances[i] = 0.5 + variances[i] * variances[i] }
        }
        return parameters
    }

    /// Records of a fixed seed: 0 and 1, grey, or normal.
    func records(_ count: Int) -> Matrix<Float> {
        let x = Matrix<Float>(rows: count, columns: architecture.inputDimension)
        Float.normals(NoiseStream(seed: 6, purpose: .sample), into: x)
        if architecture.likelihood == .bernoulli {
            x.assign(x.values.map { $0 > 0 ? 1 : 0 })
        } else if architecture.likelihood.isOfUnitInterval {
            x.assign(x.values.map { min(max(($0 + 1) / 2, 0), 1) })
        }
        return x
    }
}
