import Kernels

/// f(γ (x − mean) / √(variance + 10⁻⁵) + β) for each channel of an image, or each number of a vector.
///
/// While training the moments are those of the shard that a worker computes; answers use running ones, which move by a tenth
/// of the way at each step. Source: Ioffe and Szegedy 2015 (arXiv:1502.03167), with PyTorch's names, constants and unbiased
/// running variance.
package struct BatchNormSpecification: LayerDefinition, Equatable {
    package let activation: Activation

    package init(activation: Activation = .identity) { self.activation = activation }

    var input: LayerInput { .either }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape { input }

    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape) {
        let channels = input.image?.channels ?? input.count
        layout.append("\(name).weight", shape: [channels], .constant(1))
        layout.append("\(name).bias", shape: [channels])
        layout.append("\(name).running_mean", shape: [channels])
        layout.append("\(name).running_var", shape: [channels], .constant(1))
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        BatchNormLayer(name, outputs: input.count, activation: activation, in: parameters)
    }
}
