import Kernels

/// The layer that gives the parameters of p(x given z); how wide it is follows from the likelihood.
package enum OutputSpecification: Equatable, Sendable {
    /// W x + b
    case dense
    /// A convolution to the channels of the records.
    case convolution(WindowSpecification, ConvolutionSpecification.Direction)

    var isTransposed: Bool {
        if case .convolution(_, .transposed) = self { return true }
        return false
    }

    func definition(for architecture: Architecture) throws(VAEError) -> any LayerDefinition {
        switch self {
        case .dense: return DenseSpecification(units: architecture.outputDimension, activation: .identity)
        case .convolution(let window, let direction):
            guard let image = architecture.outputImage else {
                throw .layer(path: "output", .outputNeedsImage(architecture.input))
            }
            return ConvolutionSpecification(
                channels: image.channels, window: window, direction: direction, nonlinearity: .activation(.identity))
        }
    }
}
