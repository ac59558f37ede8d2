import Kernels

/// From planes `[C, H, W]` to pixels `[H, W, C]` or back. A chain puts it in where a layer asks for the other order.
struct ArrangeSpecification: LayerDefinition {
    let image: ImageShape
    /// Whether from planes to pixels.
    let toPixels: Bool

    var input: LayerInput { .either }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        toPixels ? .image(image) : .planes(image)
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        let (pixels, channels) = (image.places, image.channels)
        return toPixels
            ? TransposeLayer(rows: channels, columns: pixels) : TransposeLayer(rows: pixels, columns: channels)
    }
}
