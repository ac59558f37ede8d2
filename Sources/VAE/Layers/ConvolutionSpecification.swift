import Kernels

/// A convolution as PyTorch's `Conv2d` and `ConvTranspose2d`, with what comes after it.
package struct ConvolutionSpecification: LayerDefinition, Equatable {
    package enum Direction: Equatable, Sendable {
        case forward
        /// The adjoint of a convolution, with so many rows and columns more at the far ends.
        case transposed(outputPadding: Extent)
    }

    package enum Nonlinearity: Equatable, Sendable {
        case activation(Activation)
        /// v ⊙ sigmoid(g) of two convolutions. Source: Dauphin et al. 2017 (arXiv:1612.08083).
        case gated
    }

    package let channels: Int
    package let window: WindowSpecification
    package let direction: Direction
    package let nonlinearity: Nonlinearity

    package init(
        channels: Int, window: WindowSpecification, direction: Direction = .forward, nonlinearity: Nonlinearity
    ) {
        (self.channels, self.window) = (channels, window)
        (self.direction, self.nonlinearity) = (direction, nonlinearity)
    }

    var input: LayerInput { .image }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        guard let image = input.image else { throw .layer(path: path, .needsImage(got: input)) }
        try LayerLimits.check("channels", channels, at: path)
        try window.check("kernel", at: path)
        let shape = try outputImage(of: image, path: path)
        // The window of a transposed convolution lies over its output.
        let (wide, places) = isTransposed ? (channels, image) : (image.channels, shape)
        let taps = window.size.height * window.size.width * wide
        try LayerLimits.check("kernel numbers under a window", taps, to: LayerLimits.taps, at: path)
        // The product cannot overflow: places are at most 2³² and taps 2²⁰.
        let unfolded = places.height * places.width * taps
        try LayerLimits.check("kernel numbers under all windows", unfolded, to: LayerLimits.unfolded, at: path)
        return .image(shape)
    }

    private func outputImage(of image: ImageShape, path: String) throws(VAEError) -> ImageShape {
        let sides: Extent
        switch direction {
        case .forward: sides = try window.places(over: image, path: path)
        case .transposed(let more):
            let isBelow = more.height < window.stride.height && more.width < window.stride.width
            guard isBelow, more.height >= 0, more.width >= 0 else {
                throw .layer(path: path, .outputPadding(got: more.sides, stride: window.stride.sides))
            }
            sides = try window.spread(image, more: more, path: path)
        }
        for side in sides.sides { try LayerLimits.check("a side of the output", side, at: path) }
        return ImageShape(height: sides.height, width: sides.width, channels: channels)
    }

    private var isTransposed: Bool { direction != .forward }

    /// The names of its products.
    private func names(_ name: String) -> [String] {
        nonlinearity == .gated ? ["\(name).value", "\(name).gate"] : [name]
    }

    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape) {
        guard let image = input.image else { return }
        let taps = window.size.sides
        let outer = isTransposed ? [image.channels, channels] : [channels, image.channels]
        // Glorot's fans count a window of each side.
        let fans = (image.channels + channels) * taps[0] * taps[1]
        for name in names(name) {
            layout.append("\(name).weight", shape: outer + taps, .glorot(fans: fans))
            layout.append("\(name).bias", shape: [channels])
        }
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        guard let image = input.image else { preconditionFailure("\(name) takes images") }
        switch nonlinearity {
        case .activation(let activation):
            return ConvolutionLayer(
                filter: Filter(name, self, image, in: parameters), activation: activation, specification: self,
                image: image)
        case .gated:
            let filters = names(name).map { Filter($0, self, image, in: parameters) }
            return GatedConvolutionLayer(value: filters[0], gate: filters[1])
        }
    }
}
