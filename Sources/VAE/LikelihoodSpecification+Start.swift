import Kernels

extension LikelihoodSpecification {
    /// Changes starting weights so that scales start wide, whatever the record: a decoder that trusts its scales too early never
    /// finds its means.
    func calm<Scalar>(_ parameters: Parameters<Scalar>) {
        switch self {
        case .bernoulli, .continuousBernoulli, .gaussian: break
        case .discretizedLogistic(let scale): Self.calm(scale, parameters)
        case .columns(let families):
            ColumnsLayout(families).calmScales(
                weight: parameters["decoder.output.weight"], bias: parameters["decoder.output.bias"])
        }
    }

    /// Grey pixels with a spread of a quarter: 0.13 · π/√3.
    private static func calm<Scalar>(_ scale: LogisticScale, _ parameters: Parameters<Scalar>) {
        // softplus(−2) ≈ 0.13
        let start: Scalar = -2
        let (weight, bias) = (parameters["decoder.output.weight"], parameters["decoder.output.bias"])
        let pixels = scale.isPerRecord ? bias.count / 2 : bias.count
        bias.slice(from: 0, rows: 1, columns: pixels).fill(1 / 2)
        guard scale.isPerRecord else { return parameters["likelihood.scale"].fill(start) }
        bias.slice(from: pixels, rows: 1, columns: pixels).fill(start)
        let scales = weight.rows(pixels..<2 * pixels)
        Scalar.scale(scales, by: 0.05, into: scales)
    }
}
