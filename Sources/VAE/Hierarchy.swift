import Kernels

/// The networks between two levels of latents.
package struct Hierarchy<Scalar: KernelScalar>: Sendable {
    /// q(z₁ given x, z₂), from the encoder's features and z₂ side by side.
    package let posterior: GaussianNetwork<Scalar>
    /// p(z₁ given z₂)
    package let prior: GaussianNetwork<Scalar>

    /// - Parameter features: numbers that the encoder gives for a record.
    init(_ specification: HierarchySpecification, features: Int, in parameters: Parameters<Scalar>) {
        let top = specification.latentDimension
        posterior = GaussianNetwork(
            specification.posterior, inputs: features + top, prefix: "posterior", in: parameters)
        prior = GaussianNetwork(specification.prior, inputs: top, prefix: "conditional_prior", in: parameters)
    }

    var parts: [any PackedPart] { posterior.parts + prior.parts }
    var folds: [FoldedLayer<Scalar>] { posterior.chain.folds + prior.chain.folds }
}
