import Kernels

/// q(z given x), p(z) and p(x given z), with their weights ready to compute.
///
/// One level of latents z, or two: z = (z₁, z₂) with p(z) = p(z₂) p(z₁ given z₂).
/// The same text computes in `Float` (training, serving) and in `Double` (finite differences).
/// Source: Kingma and Welling 2013 (arXiv:1312.6114).
package struct VariationalAutoencoder<Scalar: KernelScalar>: Sendable {
    package let architecture: Architecture
    package let parameters: Parameters<Scalar>
    /// From x to the features that all posteriors are taken of.
    package let encoder: Chain<Scalar>
    /// q of the top level, given the features.
    package let top: GaussianNetwork<Scalar>
    /// What lies between two levels; nil for one.
    package let hierarchy: Hierarchy<Scalar>?
    package let prior: Prior<Scalar>
    /// With its output layer.
    package let decoder: Chain<Scalar>
    package let likelihood: Likelihood<Scalar>

    /// - Parameter parameters: laid out for `architecture`; shared, not copied.
    package init(_ architecture: Architecture, _ parameters: Parameters<Scalar>) {
        precondition(parameters.layout == ParameterLayout(architecture))
        self.architecture = architecture
        self.parameters = parameters
        encoder = Chain(ChainPlan(encoderOf: architecture), prefix: "encoder", in: parameters)
        let features = encoder.outputs + architecture.conditionDimension
        if let specification = architecture.hierarchy {
            top = GaussianNetwork(specification.top, inputs: features, prefix: "top", in: parameters)
            hierarchy = Hierarchy(specification, features: features, in: parameters)
        } else {
            top = GaussianNetwork(
                [], inputs: features, prefix: "encoder", in: parameters, isDeterministic: architecture.isDeterministic)
            hierarchy = nil
        }
        prior = Prior(architecture, in: parameters)
        decoder = Chain(ChainPlan(validDecoderOf: architecture), prefix: "decoder", in: parameters)
        likelihood = Likelihood(architecture.likelihood, in: parameters, columns: architecture.inputDimension)
        refreshPrior()
    }

    /// Starting weights for training; the same for the same seed.
    package init(_ architecture: Architecture, startingFrom seed: UInt64) {
        let parameters = Parameters<Scalar>(ParameterLayout(architecture), seed: seed)
        architecture.likelihood.calm(parameters, output: architecture.output)
        self.init(architecture, parameters)
    }

    /// Numbers that a row needs room for on its way through all networks.
    var numbers: Int {
        let between = hierarchy.map { $0.posterior.chain.numbers + $0.prior.chain.numbers } ?? 0
        let ends = 2 * inputDimension + 4 * latentDimension + (architecture.prior.components ?? 0)
        return encoder.numbers + top.chain.numbers + between + decoder.numbers + ends
    }

    package var inputDimension: Int { architecture.inputDimension }
    package var latentDimension: Int { architecture.latentDimension }

    /// What follows the parameters, in training and in answers.
    package var parts: [any PackedPart] {
        encoder.parts + top.parts + (hierarchy?.parts ?? []) + prior.parts + decoder.parts
    }

    /// The independent parts of making the packed weights follow the parameters, as far as training uses them; each may run on
    /// another thread. A mixture prior follows them afterwards, by `refreshPrior` or by whoever trains it.
    package var refreshTasks: [@Sendable () -> Void] {
        var tasks: [@Sendable () -> Void] = parts.map { part in { part.repack() } }
        tasks.append { [likelihood] in likelihood.refresh() }
        return tasks
    }

    /// Makes all follow the parameters, before answers.
    package func refresh() {
        for task in refreshTasks { task() }
        for fold in encoder.folds + top.chain.folds + (hierarchy?.folds ?? []) + decoder.folds { fold.repack() }
        refreshPrior()
    }

    /// Makes the components of a mixture prior follow the parameters.
    func refreshPrior() {
        guard case .mixture(let prior) = prior else { return }
        switch prior.source {
        case .free(let components, let weight): prior.set(components, logits: weight)
        case .posteriors(let pseudoInputs): prior.set(topPosterior(of: pseudoInputs))
        }
    }

    private func topPosterior(of x: Matrix<Scalar>) -> DiagonalGaussian<Scalar> {
        let posterior = DiagonalGaussian<Scalar>(rows: x.rows, columns: top.outputs)
        let block = min(x.rows, Evaluator<Scalar>.blockRows(numbers: encoder.numbers + top.chain.numbers))
        let (encoderRoom, topRoom) = (encoder.makeWorkspace(rows: block), top.chain.makeWorkspace(rows: block))
        for start in stride(from: 0, to: x.rows, by: block) {
            let rows = start..<min(start + block, x.rows)
            top.apply(encoder.apply(x.rows(rows), encoderRoom), topRoom, into: posterior.rows(rows))
        }
        return posterior
    }
}
