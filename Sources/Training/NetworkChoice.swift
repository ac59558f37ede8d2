import Kernels
import VAE

/// What a user may say about the network; what is left open follows from the data.
package struct NetworkChoice: Sendable {
    package enum Family: String, CaseIterable, Sendable {
        case bernoulli, gaussian
    }

    /// Widths of the encoder's hidden layers; the decoder has them in reverse.
    package var hidden: [Int]?
    package var latentDimension: Int?
    package var activation = Activation.gelu
    /// Gated layers instead of the activation.
    package var isGated = false
    package var family: Family?
    /// A fixed σ of a Gaussian, in standardised units; nil learns one for each column.
    package var fixedSigma: Double?
    /// The least σ that can be learned, in standardised units.
    package var sigmaFloor = 0.05

    package init() {}

    /// - Parameter data: images get a larger network than tables, and Bernoulli pixels.
    package func architecture(for data: TrainingData) throws(VAEError) -> Architecture {
        let isTable = data.columns != nil
        let dimension = data.values.columns
        let widths = hidden ?? (isTable ? [128, 64] : [512, 256])
        let latents = latentDimension ?? (isTable ? min(max((dimension + 3) / 4, 2), 32) : 32)
        let layers = widths.map { width -> LayerSpecification in
            isGated ? .gatedDense(units: width) : .dense(units: width, activation: activation)
        }
        return try Architecture(
            inputDimension: dimension, latentDimension: latents, encoder: layers, decoder: layers.reversed(),
            likelihood: likelihood(family ?? (isTable ? .gaussian : .bernoulli)))
    }

    private func likelihood(_ family: Family) -> LikelihoodSpecification {
        switch family {
        case .bernoulli: .bernoulli
        case .gaussian: .gaussian(fixedSigma.map { .fixed($0) } ?? .learned(floor: sigmaFloor))
        }
    }
}
