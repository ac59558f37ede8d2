import Kernels
import VAE

extension LayerWriter {
    /// −ELBO at z = μ of each row, in nats, under the name `score`: −log p(x given μ) + KL(q ‖ N(0, I)).
    ///
    /// - Parameters:
    ///   - x: the rows as they come.
    ///   - outputs: of the decoder, at `mean`.
    mutating func score(
        _ likelihood: Likelihood<Float>, _ x: String, outputs: String, mean: String, logVariance: String
    ) {
        let nats = nats(likelihood, x, outputs)
        let sum = graph.node("Add", [nats, divergence(mean, logVariance)])
        graph.node("Identity", [sum], output: "score")
    }

    /// Whether `score` knows this likelihood.
    static func scores(_ likelihood: LikelihoodSpecification) -> Bool {
        switch likelihood {
        case .bernoulli, .gaussian: true
        case .continuousBernoulli, .discretizedLogistic, .columns: false
        }
    }

    /// −log p(x given z)
    private mutating func nats(_ likelihood: Likelihood<Float>, _ x: String, _ outputs: String) -> String {
        guard case .gaussian(let gaussian) = likelihood else {
            // softplus(l) − x l
            let softplus = graph.node("Softplus", [outputs])
            return rowSum(graph.node("Sub", [softplus, graph.node("Mul", [x, outputs])]))
        }
        // ½ ((x − m)/σ)² + log σ + ½ log 2π
        let sigma = gaussian.sigma.values
        let constant = sigma.reduce(0) { $0 + ExactMath.log(Double($1)) + ExactMath.halfLogTwoPi }
        let error = graph.node("Sub", [x, outputs])
        let scaled = graph.node("Div", [error, graph.constant("likelihood_sigma", shape: [sigma.count], sigma)])
        let half = graph.node("Mul", [rowSum(graph.node("Mul", [scaled, scaled])), graph.constant("half", 0.5)])
        return graph.node("Add", [half, graph.constant("normaliser", Float(constant))])
    }

    /// ½ Σ μ² + σ² − 1 − log σ²
    private mutating func divergence(_ mean: String, _ logVariance: String) -> String {
        let squares = graph.node("Add", [graph.node("Mul", [mean, mean]), graph.node("Exp", [logVariance])])
        let rest = graph.node("Add", [logVariance, graph.constant("one", 1)])
        return graph.node("Mul", [rowSum(graph.node("Sub", [squares, rest])), graph.constant("half", 0.5)])
    }

    private mutating func rowSum(_ x: String) -> String {
        graph.node("ReduceSum", [x, graph.constant("columns", [1])], [Attribute("keepdims", .int(0))])
    }
}
