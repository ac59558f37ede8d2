/// What a training step minimises.
package struct Objective: Sendable {
    /// One over the rows of the whole batch for a mean.
    package var weight: Double
    /// The weight of the KL term, 1 for the ELBO. Source: Higgins et al. 2017 (β-VAE).
    package var beta: Double
    /// Nats a latent may hold before they count. Source: Kingma et al. 2016, appendix C.8 (arXiv:1606.04934).
    package var freeBits: Double

    package init(weight: Double, beta: Double = 1, freeBits: Double = 0) {
        (self.weight, self.beta, self.freeBits) = (weight, beta, freeBits)
    }

    var klWeight: Double { weight * beta }
}
