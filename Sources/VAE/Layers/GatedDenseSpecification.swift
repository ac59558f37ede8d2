import Kernels

/// (V x + c) ⊙ sigmoid(G x + d). Source: Dauphin et al. 2017 (arXiv:1612.08083).
package struct GatedDenseSpecification: LayerDefinition, Equatable {
    package let units: Int

    package init(units: Int) { self.units = units }

    var input: LayerInput { .flat }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        try Architecture.check(units, "\(path).units")
        return .vector(units)
    }

    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape) {
        layout.appendDense("\(name).value", inputs: input.count, outputs: units)
        layout.appendDense("\(name).gate", inputs: input.count, outputs: units)
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        GatedDenseLayer(value: Dense("\(name).value", in: parameters), gate: Dense("\(name).gate", in: parameters))
    }
}
