import Kernels

/// The largest or the mean number of each window, channel by channel, as PyTorch's `MaxPool2d` and `AvgPool2d`: padding is
/// never the largest, and counts as zeros in a mean.
package struct PoolSpecification: LayerDefinition, Equatable {
    package enum Measure: Equatable, Sendable {
        case largest, mean
    }

    package let measure: Measure
    package let window: WindowSpecification

    package init(_ measure: Measure, window: WindowSpecification) {
        (self.measure, self.window) = (measure, window)
    }

    var input: LayerInput { .image }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        guard let image = input.image else { throw .layer(path: path, .needsImage(got: input)) }
        try window.check("size", at: path)
        let (padding, size) = (window.padding, window.size)
        guard 2 * padding.height <= size.height, 2 * padding.width <= size.width else {
            throw .layer(path: path, .paddingBeyondWindow(padding: padding.sides, window: size.sides))
        }
        let sides = try window.places(over: image, path: path)
        let shape = LayerShape.image(ImageShape(height: sides.height, width: sides.width, channels: image.channels))
        // In this order no product overflows.
        try LayerLimits.check("numbers under a window", size.count, to: LayerLimits.taps, at: path)
        guard shape.count <= Architecture.largestDimension else { throw .layer(path: path, .tooLarge(shape)) }
        let seen = shape.count * size.count
        try LayerLimits.check("numbers under all windows", seen, to: LayerLimits.unfolded, at: path)
        return shape
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        guard let map = input.image.flatMap({ WindowMap(image: $0, window: window.window) }) else {
            preconditionFailure("\(name) takes images that its window fits")
        }
        return PoolLayer(measure: measure, map: map)
    }
}
