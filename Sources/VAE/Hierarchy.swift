import Kernels

/// The networks between two levels of latents.
package struct Hierarchy<Scalar: KernelScalar>: Sendable {
    /// q(z₁ given x, z₂), from the encoder's features and z₂ side by side.
    package let posterior: GaussianNetwork<Scalar>
    /// p(z₁ given z₂)
    package let prior: GaussianNetwork<Scalar>

    init(_ specification: HierarchySpecification, in parameters: Parameters<Scalar>) {
        posterior = GaussianNetwork(specification.posterior, prefix: "posterior", in: parameters)
        prior = GaussianNetwork(specification.prior, prefix: "conditional_prior", in: parameters)
    }

    package var denses: [Dense<Scalar>] { posterior.denses + prior.denses }
}
