import Kernels

/// Each pixel repeated in a square, as PyTorch's `Upsample` in its mode `nearest`.
package struct UpsampleSpecification: LayerDefinition, Equatable {
    package let factor: Int

    package init(factor: Int) { self.factor = factor }

    var input: LayerInput { .image }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        guard let image = input.image else { throw .layer(path: path, .needsImage(got: input)) }
        try LayerLimits.check("factor", factor, at: path)
        let (height, width) = (image.height * factor, image.width * factor)
        for side in [height, width] { try LayerLimits.check("a side of the output", side, at: path) }
        return .image(ImageShape(height: height, width: width, channels: image.channels))
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        guard let image = input.image else { preconditionFailure("\(name) takes images") }
        return UpsampleLayer(image: image, factor: factor)
    }
}
