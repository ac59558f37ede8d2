import Kernels

/// Draws codes of pairs of a row and a sample, and measures them against the prior, in buffers of its own.
///
/// A divergence has a part that belongs to the row and is exact, and a part that belongs to the pair and is an estimate.
struct LatentPass<Scalar: KernelScalar> {
    let model: VariationalAutoencoder<Scalar>
    /// nil for N(0, I), which is taken in closed form.
    let prior: PriorPass<Scalar>?
    let bottom: BottomPass<Scalar>?
    let topCodes: Matrix<Scalar>
    private let densities: Matrix<Double>
    /// `[pairs, latentDimension]`
    private let codes: Matrix<Scalar>

    /// - Parameter rows: the most pairs that are taken at once.
    init(_ model: VariationalAutoencoder<Scalar>, rows: Int) {
        self.model = model
        prior = PriorPass(model.prior, rows: rows, latents: model.top.outputs)
        bottom = model.hierarchy.map { BottomPass($0, rows: rows, top: model.top) }
        codes = Matrix(rows: rows, columns: model.latentDimension)
        topCodes = bottom == nil ? codes : Matrix(rows: rows, columns: model.top.outputs)
        densities = Matrix(rows: rows, columns: 1)
    }

    /// z of each pair, `[pairs, latentDimension]`; valid until the next call.
    ///
    /// - Parameter encoding: of the rows.
    @_specialize(where Scalar == Float)
    func draw(_ pairs: SamplePairs, _ encoding: Encoding<Scalar>, noise: LevelNoise<Scalar>) -> Matrix<Scalar> {
        let posterior = encoding.posterior
        let (z, top) = (codes.prefix(pairs.count), topCodes.prefix(pairs.count))
        Scalar.draw(pairs, mean: posterior.mean, sigma: posterior.sigma, noise: noise.top, into: top)
        if let bottom { bottom.draw(pairs, features: encoding.features, top: top, noise: noise.bottom, into: z) }
        prior?.logDensities(top, into: densities.prefix(pairs.count))
        return z
    }

    /// σ of both levels of the last draw, side by side.
    func joinSigmas(_ posterior: Posterior<Scalar>, into sigma: Matrix<Scalar>) {
        guard let bottom else { return sigma.assign(posterior.sigma) }
        Scalar.join(bottom.sigmas(sigma.rows), posterior.sigma, into: sigma)
    }

    /// The part of KL(q ‖ p) that is exact for each row: all of it for N(0, I) and one level, else minus the entropy of q.
    @_specialize(where Scalar == Float)
    func rowDivergences(_ posterior: Posterior<Scalar>) -> [Double] {
        if model.architecture.isDeterministic { return Array(repeating: 0, count: posterior.mean.rows) }
        if prior == nil { return Scalar.klDivergences(posterior.mean, posterior.logVariance) }
        let constant = Double(posterior.mean.columns) * (ExactMath.halfLogTwoPi + 0.5)
        return posterior.halfLogDeterminants.map { -(constant + $0) }
    }

    /// What a pair of the last draw adds to its row's divergence.
    func pairDivergence(_ pair: Int) -> Double {
        (prior == nil ? 0 : -densities[pair]) + (bottom?.divergence(pair) ?? 0)
    }

    /// log p(z) − log q(z given x) of a pair of the last draw.
    ///
    /// - Parameters:
    ///   - noise: ε of the pair's sample.
    ///   - halfLogDeterminant: ½ Σ log σ² of the row's top posterior.
    func logRatio(_ pair: Int, sample: Int, noise: LevelNoise<Scalar>, halfLogDeterminant: Double) -> Double {
        let epsilon = Scalar.sumOfSquares(noise.top.rows(sample..<sample + 1))
        let lower = bottom?.logRatio(pair, sample: sample, noise: noise.bottom) ?? 0
        if prior == nil {
            // The constants cancel, and (z − μ)/σ is ε.
            let z = topCodes.rows(pair..<pair + 1)
            return lower + 0.5 * (epsilon - Scalar.sumOfSquares(z)) + halfLogDeterminant
        }
        let constant = Double(topCodes.columns) * ExactMath.halfLogTwoPi
        return lower + densities[pair] + 0.5 * epsilon + halfLogDeterminant + constant
    }
}

/// Noise of both levels: `[samples, …]` each; of one level `bottom` has no columns.
struct LevelNoise<Scalar: KernelScalar> {
    let top: Matrix<Scalar>
    let bottom: Matrix<Scalar>

    /// - Parameter noise: `[samples, latentDimension]`, the bottom level first.
    init(_ noise: Matrix<Scalar>, _ architecture: Architecture) {
        guard architecture.hierarchy != nil else {
            (top, bottom) = (noise, Matrix(rows: noise.rows, columns: 0))
            return
        }
        top = Matrix(rows: noise.rows, columns: architecture.topDimension)
        bottom = Matrix(rows: noise.rows, columns: architecture.bottomDimension)
        Scalar.split(noise, into: bottom, top)
    }
}
