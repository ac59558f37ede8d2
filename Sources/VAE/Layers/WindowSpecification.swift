import Kernels

/// A window that slides over an image, as PyTorch's layers have it.
package struct WindowSpecification: Equatable, Sendable {
    package let size: Extent
    package let stride: Extent
    /// Rows above and below, columns left and right.
    package let padding: Extent

    package init(size: Extent, stride: Extent = Extent(1), padding: Extent = Extent(0)) {
        (self.size, self.stride, self.padding) = (size, stride, padding)
    }

    /// The same both ways.
    package init(_ size: Int, stride: Int = 1, padding: Int = 0) {
        self.init(size: Extent(size), stride: Extent(stride), padding: Extent(padding))
    }

    /// For kernels, once checked.
    var window: Window { Window(kernel: size, stride: stride, padding: padding) }

    /// Every number within its limits; `what` is the name of the size in `model.json`.
    func check(_ what: String, at path: String) throws(VAEError) {
        for side in size.sides { try LayerLimits.check(what, side, at: path) }
        for side in stride.sides { try LayerLimits.check("stride", side, at: path) }
        for side in padding.sides { try LayerLimits.check("padding", side, from: 0, at: path) }
    }

    /// ⌊(side + 2 padding − size) / stride⌋ + 1 both ways.
    func places(over image: ImageShape, path: String) throws(VAEError) -> Extent {
        guard size.height <= image.height + 2 * padding.height, size.width <= image.width + 2 * padding.width else {
            throw .layer(
                path: path, .windowBeyondImage(window: size.sides, image: .image(image), padding: padding.sides))
        }
        return Extent(
            height: (image.height + 2 * padding.height - size.height) / stride.height + 1,
            width: (image.width + 2 * padding.width - size.width) / stride.width + 1)
    }

    /// (places − 1) stride − 2 padding + size + more, both ways: the image that has as many places.
    func spread(_ places: ImageShape, more: Extent, path: String) throws(VAEError) -> Extent {
        let sides = Extent(
            height: (places.height - 1) * stride.height - 2 * padding.height + size.height + more.height,
            width: (places.width - 1) * stride.width - 2 * padding.width + size.width + more.width)
        guard sides.height > 0, sides.width > 0 else { throw .layer(path: path, .nothingLeft(image: .image(places))) }
        return sides
    }
}
