import Kernels

/// p(z), of the top level where there are two.
package enum Prior<Scalar: KernelScalar>: Sendable {
    case standard
    case mixture(MixturePrior<Scalar>)
    case flow(FlowPrior<Scalar>)

    init(_ architecture: Architecture, in parameters: Parameters<Scalar>) {
        let latents = architecture.topDimension
        switch architecture.prior {
        case .standard: self = .standard
        case .mixture(let components):
            let gaussians = DiagonalGaussian(
                mean: parameters["prior.mean"], logVariance: parameters["prior.log_variance"])
            self = .mixture(
                MixturePrior(
                    Mixture(latents: latents, components: components),
                    .free(gaussians, weight: parameters["prior.weight"])))
        case .vamp(let components):
            self = .mixture(
                MixturePrior(
                    Mixture(latents: latents, components: components),
                    .posteriors(pseudoInputs: parameters["prior.pseudo_inputs"])))
        case .flow(let couplings, let units):
            self = .flow(FlowPrior(couplings: couplings, units: units, latents: latents, in: parameters))
        }
    }

    /// Of its networks.
    var parts: [any PackedPart] {
        if case .flow(let flow) = self { return flow.couplings.flatMap(\.parts) }
        return []
    }
}

/// A prior that is a mixture, and where its components come from.
package struct MixturePrior<Scalar: KernelScalar>: Sendable {
    package enum Source: Sendable {
        /// Parameters: `[components, latents]` each, and the logits of the weights.
        case free(DiagonalGaussian<Scalar>, weight: Matrix<Scalar>)
        /// The posteriors of inputs `[components, inputDimension]` that are parameters, all of one weight.
        case posteriors(pseudoInputs: Matrix<Scalar>)
    }

    /// Follows the parameters when `set` is called.
    package let mixture: Mixture<Scalar>
    package let source: Source

    init(_ mixture: Mixture<Scalar>, _ source: Source) {
        (self.mixture, self.source) = (mixture, source)
    }

    /// Components whose weights are equal.
    package func set(_ components: DiagonalGaussian<Scalar>) {
        let logWeight = -ExactMath.log(Double(mixture.components))
        mixture.set(
            mean: components.mean, logVariance: components.logVariance,
            logWeight: Array(repeating: logWeight, count: mixture.components))
    }

    /// Components that are parameters, whose weights are the softmax of `logits`.
    package func set(_ components: DiagonalGaussian<Scalar>, logits: Matrix<Scalar>) {
        let logits = logits.values.map(Double.init)
        let normaliser = ExactMath.logMeanExp(logits) + ExactMath.log(Double(logits.count))
        mixture.set(
            mean: components.mean, logVariance: components.logVariance, logWeight: logits.map { $0 - normaliser })
    }

    /// π of each component.
    package var weights: [Double] {
        guard case .free(_, let logits) = source else {
            return Array(repeating: 1 / Double(mixture.components), count: mixture.components)
        }
        let exponents = logits.values.map(Double.init)
        let normaliser = ExactMath.logMeanExp(exponents) + ExactMath.log(Double(exponents.count))
        return exponents.map { ExactMath.exp($0 - normaliser) }
    }
}
