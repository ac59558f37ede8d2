/// How a state dict gives μ and log σ² of q(z given x).
enum PosteriorHeads: Equatable, Sendable {
    /// Two linear layers by their names, the second of log σ² or log σ; nil for a plain autoencoder.
    case two(mean: String, spread: String?, Spread)
    /// One linear layer of twice as many outputs.
    case split(String, meanIsFirst: Bool, Spread)

    /// What the second one is.
    enum Spread: String, CaseIterable, Sendable {
        case logVariance = "log_variance"
        case logSigma = "log_sigma"

        /// log σ² = 2 log σ, which is exact: the weights and the bias of log σ are doubled.
        var factor: Float { self == .logVariance ? 1 : 2 }
    }

    /// Where a tensor of Elbo's heads lies.
    ///
    /// - Parameters:
    ///   - module: Elbo's, such as `encoder.mean`; nil is answered for one that is no head.
    ///   - shape: of Elbo's tensor.
    func source(of module: String, tensor: String, shape: [Int]) -> TensorSource? {
        let isMean = module == "encoder.mean"
        guard isMean || module == "encoder.log_variance" else { return nil }
        switch self {
        case .two(let mean, let spread, let kind):
            guard let name = isMean ? mean : spread else { return nil }
            return TensorSource("\(name).\(tensor)", shape: shape, factor: isMean ? 1 : kind.factor)
        case .split(let name, let meanIsFirst, let kind):
            let whole = [2 * shape[0]] + shape.dropFirst()
            return TensorSource(
                "\(name).\(tensor)", shape: whole, half: isMean == meanIsFirst ? .first : .second,
                factor: isMean ? 1 : kind.factor)
        }
    }
}
