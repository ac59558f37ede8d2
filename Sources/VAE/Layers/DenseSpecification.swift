import Kernels

/// f(W x + b)
package struct DenseSpecification: LayerDefinition, Equatable {
    package let units: Int
    package let activation: Activation

    package init(units: Int, activation: Activation) {
        (self.units, self.activation) = (units, activation)
    }

    var input: LayerInput { .flat }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        try Architecture.check(units, "\(path).units")
        return .vector(units)
    }

    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape) {
        layout.appendDense(name, inputs: input.count, outputs: units)
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        DenseLayer(dense: Dense(name, in: parameters), activation: activation)
    }
}
