import RealModule

extension Naive {
    static func sigmoid(_ x: Scalar) -> Scalar {
        x >= 0 ? 1 / (1 + .exp(-x)) : .exp(x) / (1 + .exp(x))
    }

    static func softplus(_ x: Scalar) -> Scalar {
        max(x, 0) + .log(onePlus: .exp(-abs(x)))
    }

    /// Φ(x) = ½ erfc(−x / √2)
    static func normalCumulative(_ x: Scalar) -> Scalar {
        Scalar.erfc(-x * Scalar(0.5).squareRoot()) / 2
    }

    static func value(_ f: Activation, _ x: Scalar) -> Scalar {
        switch f {
        case .identity: x
        case .relu: max(x, 0)
        case .leakyReLU: x < 0 ? x / 100 : x
        case .elu: x < 0 ? .expMinusOne(x) : x
        case .gelu: x * normalCumulative(x)
        case .silu: x * sigmoid(x)
        case .tanh: .tanh(x)
        case .sigmoid: sigmoid(x)
        case .softplus: softplus(x)
        }
    }

    static func slope(_ f: Activation, _ x: Scalar) -> Scalar {
        switch f {
        case .identity: return 1
        case .relu: return x > 0 ? 1 : 0
        case .leakyReLU: return x > 0 ? 1 : 1 / 100
        case .elu: return x < 0 ? .exp(x) : 1
        case .gelu: return normalCumulative(x) + x * .exp(-x * x / 2) / (2 * Scalar.pi).squareRoot()
        case .silu: return sigmoid(x) * (1 + x * (1 - sigmoid(x)))
        case .tanh: return 1 - .tanh(x) * .tanh(x)
        case .sigmoid: return sigmoid(x) * (1 - sigmoid(x))
        case .softplus: return sigmoid(x)
        }
    }

    package static func activate(_ f: Activation, _ x: Matrix<Scalar>, into y: Matrix<Scalar>) {
        map(x, into: y) { value(f, $0) }
    }

    package static func activateBackward(
        _ f: Activation, _ x: Matrix<Scalar>, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>
    ) {
        for i in 0..<x.count { dx[i] = dy[i] * slope(f, x[i]) }
    }

    package static func gate(_ value: Matrix<Scalar>, _ gate: Matrix<Scalar>, into y: Matrix<Scalar>) {
        for i in 0..<y.count { y[i] = value[i] * sigmoid(gate[i]) }
    }

    package static func gateBackward(
        _ value: Matrix<Scalar>, _ gate: Matrix<Scalar>, _ dy: Matrix<Scalar>, into dValue: Matrix<Scalar>,
        _ dGate: Matrix<Scalar>
    ) {
        for i in 0..<dy.count {
            let s = sigmoid(gate[i])
            (dValue[i], dGate[i]) = (dy[i] * s, dy[i] * value[i] * s * (1 - s))
        }
    }
}
