import Kernels

/// q(z given x) = N(μ(x), diag σ²(x)), p(z) = N(0, I), p(x given z), with their weights ready to compute.
///
/// The same text computes in `Float` (training, serving) and in `Double` (finite differences).
/// Source: Kingma and Welling 2013 (arXiv:1312.6114).
package struct VariationalAutoencoder<Scalar: KernelScalar>: Sendable {
    package let architecture: Architecture
    package let parameters: Parameters<Scalar>
    package let encoder: Chain<Scalar>
    package let mean: Dense<Scalar>
    package let logVariance: Dense<Scalar>
    package let decoder: Chain<Scalar>
    package let output: Dense<Scalar>
    package let likelihood: Likelihood<Scalar>

    /// - Parameter parameters: laid out for `architecture`; shared, not copied.
    package init(_ architecture: Architecture, _ parameters: Parameters<Scalar>) {
        precondition(parameters.layout == ParameterLayout(architecture))
        self.architecture = architecture
        self.parameters = parameters
        encoder = Chain(architecture.encoder, prefix: "encoder", in: parameters)
        mean = Dense("encoder.mean", in: parameters)
        logVariance = Dense("encoder.log_variance", in: parameters)
        decoder = Chain(architecture.decoder, prefix: "decoder", in: parameters)
        output = Dense("decoder.output", in: parameters)
        likelihood = Likelihood(architecture.likelihood, in: parameters, columns: architecture.inputDimension)
    }

    /// Starting weights for training; the same for the same seed.
    package init(_ architecture: Architecture, startingFrom seed: UInt64) {
        let parameters = Parameters<Scalar>(ParameterLayout(architecture), seed: seed)
        if case .columns(let families) = architecture.likelihood {
            ColumnsLayout(families).calmScales(
                weight: parameters["decoder.output.weight"], bias: parameters["decoder.output.bias"])
        }
        self.init(architecture, parameters)
    }

    package var inputDimension: Int { architecture.inputDimension }
    package var latentDimension: Int { architecture.latentDimension }

    package var denses: [Dense<Scalar>] {
        encoder.layers.flatMap(\.denses) + [mean, logVariance] + decoder.layers.flatMap(\.denses) + [output]
    }

    /// The independent parts of making the packed weights follow the parameters; each may run on another thread.
    package var refreshTasks: [@Sendable () -> Void] {
        var tasks: [@Sendable () -> Void] = denses.map { dense in { dense.repack() } }
        tasks.append { [likelihood] in likelihood.refresh() }
        return tasks
    }

    /// Makes the packed weights follow the parameters.
    package func refresh() {
        for task in refreshTasks { task() }
    }
}
