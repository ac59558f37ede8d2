import Kernels

/// Draws z₁ of pairs of a row and a sample, given z₂, and measures it against p(z₁ given z₂), in buffers of its own.
struct BottomPass<Scalar: KernelScalar> {
    let hierarchy: Hierarchy<Scalar>
    private let features: Matrix<Scalar>
    private let inputs: Matrix<Scalar>
    private let posteriorWorkspace: ChainWorkspace<Scalar>
    let priorWorkspace: ChainWorkspace<Scalar>
    private let posterior: DiagonalGaussian<Scalar>
    let prior: DiagonalGaussian<Scalar>
    let sigma: Matrix<Scalar>
    private let codesBuffer: Matrix<Scalar>

    init(_ hierarchy: Hierarchy<Scalar>, rows: Int, top: GaussianNetwork<Scalar>) {
        self.hierarchy = hierarchy
        let (inputCount, outputs) = (hierarchy.posterior.inputs, hierarchy.posterior.outputs)
        features = Matrix(rows: rows, columns: inputCount - top.outputs)
        inputs = Matrix(rows: rows, columns: inputCount)
        posteriorWorkspace = hierarchy.posterior.chain.makeWorkspace(rows: rows)
        priorWorkspace = hierarchy.prior.chain.makeWorkspace(rows: rows)
        posterior = DiagonalGaussian(rows: rows, columns: outputs)
        prior = DiagonalGaussian(rows: rows, columns: outputs)
        sigma = Matrix(rows: rows, columns: outputs)
        codesBuffer = Matrix(rows: rows, columns: outputs)
    }

    /// Writes z₁ and z₂ of each pair side by side into z.
    func draw(
        _ pairs: SamplePairs, features rows: Matrix<Scalar>, top: Matrix<Scalar>, noise: Matrix<Scalar>,
        into z: Matrix<Scalar>
    ) {
        let count = pairs.count
        let (features, inputs) = (features.prefix(count), inputs.prefix(count))
        Scalar.repeatRows(pairs, of: rows, into: features)
        Scalar.join(features, top, into: inputs)
        hierarchy.posterior.apply(inputs, posteriorWorkspace, into: posterior.prefix(count))
        hierarchy.prior.apply(top, priorWorkspace, into: prior.prefix(count))
        Scalar.standardDeviation(posterior.logVariance.prefix(count), into: sigma.prefix(count))
        Scalar.drawEach(
            pairs, mean: posterior.mean.prefix(count), sigma: sigma.prefix(count), noise: noise,
            into: codes(count))
        Scalar.join(codes(count), top, into: z)
    }

    /// z₁ of the first pairs of the last draw.
    func codes(_ pairs: Int) -> Matrix<Scalar> { codesBuffer.prefix(pairs) }

    /// σ of q(z₁ given x, z₂) of the first pairs of the last draw.
    func sigmas(_ pairs: Int) -> Matrix<Scalar> { sigma.prefix(pairs) }

    /// KL(q(z₁ given x, z₂) ‖ p(z₁ given z₂)) of a pair of the last draw.
    func divergence(_ pair: Int) -> Double {
        Scalar.gaussianDivergence(posterior.rows(pair..<pair + 1), prior.rows(pair..<pair + 1))
    }

    /// log p(z₁ given z₂) − log q(z₁ given x, z₂) of a pair of the last draw.
    func logRatio(_ pair: Int, sample: Int, noise: Matrix<Scalar>) -> Double {
        let range = pair..<pair + 1
        let epsilon = Scalar.sumOfSquares(noise.rows(sample..<sample + 1))
        let constant = Double(codesBuffer.columns) * ExactMath.halfLogTwoPi
        return Scalar.gaussianLogDensity(codesBuffer.rows(range), prior.rows(range)) + 0.5 * epsilon + constant
            + halfLogDeterminant(pair)
    }

    private func halfLogDeterminant(_ pair: Int) -> Double {
        posterior.logVariance.rows(pair..<pair + 1).values.reduce(0) { $0 + Double($1) } / 2
    }
}
