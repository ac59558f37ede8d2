import Kernels

/// A vector as an image, channel after channel as PyTorch's `nn.Unflatten`.
package struct ReshapeSpecification: LayerDefinition, Equatable {
    package let channels: Int
    package let height: Int
    package let width: Int

    package init(channels: Int, height: Int, width: Int) {
        (self.channels, self.height, self.width) = (channels, height, width)
    }

    var input: LayerInput { .flat }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        for (name, side) in [("channels", channels), ("height", height), ("width", width)] {
            try LayerLimits.check(name, side, at: path)
        }
        let image = ImageShape(height: height, width: width, channels: channels)
        guard image.count == input.count else {
            throw .layer(
                path: path, .reshape(to: [channels, height, width], needs: image.count, got: input.count))
        }
        return .planes(image)
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        IdentityLayer(outputs: input.count)
    }
}
