import Kernels

/// How the numbers of one record lie between two layers.
package enum LayerShape: Equatable, Sendable {
    case vector(Int)
    /// Channel after channel, `[C, H, W]`: how PyTorch flattens an image, and how records come and go.
    case planes(ImageShape)
    /// Pixel after pixel, `[H, W, C]`: what the layers of images compute on.
    case image(ImageShape)

    /// The shape of a record: two sides are an image of one channel, three are channels and sides, all else is a vector.
    ///
    /// - Parameter shape: every side above 0.
    package init(record shape: [Int]) {
        switch shape.count {
        case 2: self = .planes(ImageShape(height: shape[0], width: shape[1], channels: 1))
        case 3: self = .planes(ImageShape(height: shape[1], width: shape[2], channels: shape[0]))
        default: self = .vector(shape.reduce(1, *))
        }
    }

    package var count: Int {
        switch self {
        case .vector(let count): count
        case .planes(let image), .image(let image): image.count
        }
    }

    /// The image that the numbers are, in either order.
    package var image: ImageShape? {
        switch self {
        case .vector: nil
        case .planes(let image), .image(let image): image
        }
    }
}

extension LayerShape: CustomStringConvertible {
    /// As PyTorch prints it, without the batch.
    package var description: String {
        guard let image else { return "[\(count)]" }
        return "[\(image.channels), \(image.height), \(image.width)]"
    }
}
