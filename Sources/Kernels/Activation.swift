internal import CKernels

/// An elementwise non-linearity between two layers. Raw values are the names in `model.json`.
package enum Activation: String, CaseIterable, Sendable {
    case identity
    /// max(x, 0)
    case relu
    /// x for x ≥ 0, else 0.01 x
    case leakyReLU = "leaky_relu"
    /// x for x ≥ 0, else eˣ − 1
    case elu
    /// x Φ(x), with the exact Gaussian Φ
    case gelu
    /// x sigmoid(x)
    case silu
    case tanh
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// log(1 + eˣ)
    case softplus

    var code: elbo_activation {
        switch self {
        case .identity: ELBO_IDENTITY
        case .relu: ELBO_RELU
        case .leakyReLU: ELBO_LEAKY_RELU
        case .elu: ELBO_ELU
        case .gelu: ELBO_GELU
        case .silu: ELBO_SILU
        case .tanh: ELBO_TANH
        case .sigmoid: ELBO_SIGMOID
        case .softplus: ELBO_SOFTPLUS
        }
    }
}
