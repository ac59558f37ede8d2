import Kernels

/// An image as one vector, channel after channel as PyTorch's `nn.Flatten`: all that it does is to ask for its input so.
struct FlattenSpecification: LayerDefinition {
    var input: LayerInput { .flat }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape { .vector(input.count) }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        IdentityLayer(outputs: input.count)
    }
}
