import Kernels

extension LikelihoodSpecification {
    /// Changes starting weights so that scales start wide, whatever the record: a decoder that trusts its scales too early never
    /// finds its means.
    ///
    /// - Parameter output: the layer that they come from.
    func calm<Scalar>(_ parameters: Parameters<Scalar>, output: OutputSpecification) {
        switch self {
        case .bernoulli, .continuousBernoulli, .gaussian: break
        case .discretizedLogistic(let scale): Self.calm(scale, parameters, output)
        case .columns(let families):
            ColumnsLayout(families).calmScales(
                weight: parameters["decoder.output.weight"], bias: parameters["decoder.output.bias"])
        }
    }

    /// Grey pixels with a spread of a quarter: 0.13 · π/√3.
    private static func calm<Scalar>(
        _ scale: LogisticScale, _ parameters: Parameters<Scalar>, _ output: OutputSpecification
    ) {
        // softplus(−2) ≈ 0.13
        let start: Scalar = -2
        let (weight, bias) = (parameters["decoder.output.weight"], parameters["decoder.output.bias"])
        let pixels = scale.isPerRecord ? bias.count / 2 : bias.count
        bias.slice(from: 0, rows: 1, columns: pixels).fill(1 / 2)
        guard scale.isPerRecord else { return parameters["likelihood.scale"].fill(start) }
        bias.slice(from: pixels, rows: 1, columns: pixels).fill(start)
        // Outputs are the first side of the weight, and the second of a transposed convolution's.
        let inputs = output.isTransposed ? weight.rows : 1
        let half = weight.count / inputs / 2
        for input in 0..<inputs {
            let scales = weight.slice(from: (2 * input + 1) * half, rows: 1, columns: half)
            Scalar.scale(scales, by: 0.05, into: scales)
        }
    }
}
