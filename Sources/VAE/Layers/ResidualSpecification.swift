import Kernels

/// f(x + layers(x)). The layers must keep the shape. Source: He et al. 2016 (arXiv:1512.03385).
package struct ResidualSpecification: LayerDefinition, Equatable {
    package let layers: [LayerSpecification]
    /// After the sum.
    package let activation: Activation

    package init(_ layers: [LayerSpecification], activation: Activation = .identity) {
        (self.layers, self.activation) = (layers, activation)
    }

    var input: LayerInput { .either }
    var depth: Int { 1 + (layers.map(\.definition.depth).max() ?? 0) }
    var layerCount: Int { layers.reduce(1) { $0 + $1.definition.layerCount } }

    func output(of input: LayerShape, path: String) throws(VAEError) -> LayerShape {
        let plan = try ChainPlan(layers, input: input, path: path + ".layers", end: .either)
        guard plan.output == input else {
            throw .layer(path: path, .residualShape(input: input, output: plan.output))
        }
        return input
    }

    func innerNumbers(of input: LayerShape) -> Int { plan(input).numbers }

    private func plan(_ input: LayerShape) -> ChainPlan {
        ChainPlan(valid: layers, input: input, end: .either)
    }

    func appendTensors(to layout: inout ParameterLayout, name: String, input: LayerShape) {
        plan(input).appendTensors(to: &layout, prefix: name)
    }

    func layer<Scalar: KernelScalar>(
        name: String, input: LayerShape, in parameters: Parameters<Scalar>
    ) -> any Layer<Scalar> {
        ResidualLayer(chain: Chain(plan(input), prefix: name, in: parameters), activation: activation)
    }
}
