import Kernels

extension Graph {
    /// f(x), number by number.
    mutating func apply(_ activation: Activation, _ x: String) -> String {
        switch activation {
        case .identity: x
        case .relu: node("Relu", [x])
        case .leakyReLU: node("LeakyRelu", [x], [Attribute("alpha", .float(0.01))])
        case .elu: node("Elu", [x], [Attribute("alpha", .float(1))])
        case .gelu: gelu(x)
        case .silu: node("Mul", [x, node("Sigmoid", [x])])
        case .tanh: node("Tanh", [x])
        case .sigmoid: node("Sigmoid", [x])
        case .softplus: node("Softplus", [x])
        }
    }

    /// x · ½ (1 + erf(x/√2)), which ONNX Runtime computes as one: `Gelu` itself came with opset 20.
    private mutating func gelu(_ x: String) -> String {
        let erf = node("Erf", [node("Div", [x, constant("sqrt_2", Float(2).squareRoot())])])
        let twice = node("Mul", [x, node("Add", [erf, constant("one", 1)])])
        return node("Mul", [twice, constant("half", 0.5)])
    }

    /// v ⊙ sigmoid(g)
    mutating func gate(_ value: String, _ gate: String) -> String {
        node("Mul", [value, node("Sigmoid", [gate])])
    }
}
