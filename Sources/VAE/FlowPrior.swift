import Kernels

/// p(z) = N(u; 0, I) |du/dz|, u = f(z) by affine couplings.
///
/// Each coupling turns z by a quarter, so that every latent is seen and moved in turn, and standardises its second half by a
/// Gaussian that follows from the first: u = (z − μ) / σ. That half's density is the Gaussian's, hence the normaliser Σ log σ.
package struct FlowPrior<Scalar: KernelScalar>: Sendable {
    package let couplings: [GaussianNetwork<Scalar>]

    /// log σ² is held within ±4 by a hyperbolic tangent: no coupling may run away.
    package static var logVarianceLimit: Scalar { 4 }

    init(couplings: Int, units: Int, latents: Int, in parameters: Parameters<Scalar>) {
        self.couplings = (0..<couplings).map {
            GaussianNetwork(
                Self.layers(units: units), inputs: Self.halves(latents).seen, prefix: "prior.\($0)", in: parameters)
        }
    }

    static func layers(units: Int) -> [LayerSpecification] {
        Array(repeating: .dense(units: units, activation: .gelu), count: 2)
    }

    /// How many latents a coupling sees and how many it moves.
    package static func halves(_ latents: Int) -> (seen: Int, moved: Int) { (latents / 2, latents - latents / 2) }

    /// The places that a coupling turns z by.
    package static func turn(_ latents: Int) -> Int { (latents + 3) / 4 }
}
