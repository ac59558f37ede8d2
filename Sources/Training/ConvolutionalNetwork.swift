import Kernels
import ModelStorage
import VAE

/// The convolutional network for images of any size: two convolutions that halve the sides, and the way back.
struct ConvolutionalNetwork {
    private static let channels = [32, 64]
    private static let units = 256

    /// Of the image, of half and of a quarter of it.
    private let sides: [Extent]

    /// nil where nothing is left of a quarter of an image.
    init?(inputShape: [Int]) {
        guard let width = inputShape.last, let height = inputShape.dropLast().last, min(height, width) >= 4 else {
            return nil
        }
        sides = [1, 2, 4].map { Extent(height: height / $0, width: width / $0) }
    }

    private static let window = WindowSpecification(4, stride: 2, padding: 1)

    func description(latentDimension: Int, activation: Activation) -> NetworkDescription {
        let (few, many) = (Self.channels[0], Self.channels[1])
        let dense = LayerSpecification.dense(units: Self.units, activation: activation)
        let quarter = sides[2]
        return NetworkDescription(
            latentDimension: latentDimension,
            encoder: [
                convolution(few, .forward, activation), convolution(many, .forward, activation), dense,
            ],
            decoder: [
                dense, .dense(units: many * quarter.count, activation: activation),
                .reshape(channels: many, height: quarter.height, width: quarter.width),
                convolution(few, back(to: 1), activation),
            ],
            output: .convolution(Self.window, back(to: 0)))
    }

    /// An odd side loses a line when halved, which the way back adds.
    private func back(to level: Int) -> ConvolutionSpecification.Direction {
        let (large, small) = (sides[level], sides[level + 1])
        let more = Extent(height: large.height - 2 * small.height, width: large.width - 2 * small.width)
        return .transposed(outputPadding: more)
    }

    private func convolution(
        _ channels: Int, _ direction: ConvolutionSpecification.Direction, _ activation: Activation
    ) -> LayerSpecification {
        .convolution(
            ConvolutionSpecification(
                channels: channels, window: Self.window, direction: direction, nonlinearity: .activation(activation)))
    }
}
