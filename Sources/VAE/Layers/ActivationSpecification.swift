import Kernels

/// f(x), number by number.
package struct ActivationSpecification: LayerDefinition, Equatable {
    package let activation: Activation

    package init(_ activation: Activation) { self.activation = activation }

    var input: LayerInput { .either }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape { input }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        ActivationLayer(activation: activation, outputs: input.count)
    }
}
