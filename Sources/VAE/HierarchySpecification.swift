/// A second level of latents: p(z₂) p(z₁ given z₂) p(x given z₁, z₂), with q(z₂ given x) q(z₁ given x, z₂).
///
/// The layers of the encoder are shared by both posteriors; the decoder takes z₁ and z₂ side by side.
/// Source: Tomczak and Welling 2018, section 4 (arXiv:1705.07120).
package struct HierarchySpecification: Equatable, Sendable {
    /// Numbers in z₂.
    package let latentDimension: Int
    /// Hidden layers from the encoder's features to q(z₂ given x).
    package let top: [LayerSpecification]
    /// Hidden layers from the features and z₂, side by side, to q(z₁ given x, z₂).
    package let posterior: [LayerSpecification]
    /// Hidden layers from z₂ to p(z₁ given z₂).
    package let prior: [LayerSpecification]

    package init(
        latentDimension: Int, top: [LayerSpecification], posterior: [LayerSpecification], prior: [LayerSpecification]
    ) {
        self.latentDimension = latentDimension
        (self.top, self.posterior, self.prior) = (top, posterior, prior)
    }

    /// - Parameter features: numbers that the encoder gives for a record.
    func networks(features: Int) -> [(name: String, layers: [LayerSpecification], inputs: Int)] {
        [
            ("top", top, features), ("posterior", posterior, features + latentDimension),
            ("prior", prior, latentDimension),
        ]
    }
}
