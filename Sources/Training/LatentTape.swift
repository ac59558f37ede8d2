import Kernels
import VAE

/// What lies between the encoder's features and the codes, forward and backward, for one shard.
///
/// A row has one code or, for the importance-weighted objective, `samples` of them, which lie together: a pair is a row and a
/// sample.
struct LatentTape<Scalar: KernelScalar> {
    private let model: VariationalAutoencoder<Scalar>
    private let samples: Int
    private let top: GaussianTape<Scalar>
    private let bottom: BottomTape<Scalar>?
    /// nil for N(0, I), which is taken in closed form.
    private let prior: (any PriorDensityTape<Scalar>)?
    private let sigma: Matrix<Scalar>
    /// μ and σ of each pair's row; without rows for one sample.
    private let pairMean: Matrix<Scalar>
    private let pairSigma: Matrix<Scalar>
    private let topNoise: Matrix<Scalar>
    private let topCodes: Matrix<Scalar>
    private let topCodesGradient: Matrix<Scalar>
    private let pairLogVarianceGradient: Matrix<Scalar>
    private let gradient: DiagonalGaussian<Scalar>
    /// `[pairs, latentDimension]`
    let codes: Matrix<Scalar>
    /// The derivative by the codes, written by whoever uses them.
    let codesGradient: Matrix<Scalar>

    /// - Parameters:
    ///   - context: of passes over rows.
    ///   - pairContext: of passes over pairs.
    init(
        _ model: VariationalAutoencoder<Scalar>, samples: Int, _ context: TapeContext<Scalar>,
        pairContext: TapeContext<Scalar>
    ) {
        let (rows, pairs, width) = (context.rows, pairContext.rows, model.top.outputs)
        let make = { (rows: Int) in Matrix<Scalar>(rows: rows, columns: width) }
        (self.model, self.samples) = (model, samples)
        top = GaussianTape(model.top, context)
        bottom = model.hierarchy.map { BottomTape($0, top: width, context) }
        prior =
            switch model.prior {
            case .standard: nil
            case .mixture(let prior): MixtureTape(prior.mixture, rows: pairs)
            case .flow(let flow): FlowTape(flow, latents: width, pairContext)
            }
        sigma = make(rows)
        let several = samples > 1 ? pairs : 0
        (pairMean, pairSigma) = (make(several), make(several))
        pairLogVarianceGradient = make(several)
        gradient = DiagonalGaussian(rows: rows, columns: width)
        codes = Matrix(rows: pairs, columns: model.latentDimension)
        codesGradient = Matrix(rows: pairs, columns: model.latentDimension)
        // One level is the code itself.
        let isAlone = bottom == nil
        topCodes = isAlone ? codes : make(pairs)
        topCodesGradient = isAlone ? codesGradient : make(pairs)
        topNoise = make(isAlone ? 0 : pairs)
    }

    // MARK: Forward

    /// - Parameters:
    ///   - features: `[rows, …]`
    ///   - noise: ε of each pair, `[pairs, latentDimension]`.
    /// - Returns: the codes of the pairs.
    func forward(_ features: Matrix<Scalar>, noise: Matrix<Scalar>) -> Matrix<Scalar> {
        let (rows, pairs) = (features.rows, noise.rows)
        let posterior = top.forward(features)
        let z = topCodes.prefix(pairs)
        let sigma = sigma.prefix(rows)
        if model.architecture.isDeterministic {
            z.assign(posterior.mean)
        } else {
            Scalar.standardDeviation(posterior.logVariance, into: sigma)
            let noise = splitNoise(noise)
            Scalar.reparameterise(
                perPair(posterior.mean, pairMean, pairs), perPair(sigma, pairSigma, pairs), noise, into: z)
        }
        prior?.forward(z)
        return bottom?.forward(features, top: z, into: codes.prefix(pairs)) ?? z
    }

    /// ε of the top level; the bottom keeps its own.
    private func splitNoise(_ noise: Matrix<Scalar>) -> Matrix<Scalar> {
        guard let bottom else { return noise }
        let top = topNoise.prefix(noise.rows)
        Scalar.split(noise, into: bottom.noise.prefix(noise.rows), top)
        return top
    }

    /// What belongs to a row, once for each of its pairs.
    private func perPair(_ x: Matrix<Scalar>, _ room: Matrix<Scalar>, _ pairs: Int) -> Matrix<Scalar> {
        if samples == 1 { return x }
        let repeated = room.prefix(pairs)
        Scalar.repeatRows(SamplePairs(first: 0, count: pairs, samples: samples), of: x, into: repeated)
        return repeated
    }

    /// KL(q ‖ p) summed over the rows of the last pass, in nats; of one sample a row.
    func divergence(_ posterior: DiagonalGaussian<Scalar>) -> Double {
        if model.architecture.isDeterministic { return 0 }
        let lower = bottom?.divergence(rows: posterior.mean.rows) ?? 0
        guard let prior else {
            return Scalar.klDivergences(posterior.mean, posterior.logVariance).reduce(lower, +)
        }
        let constant = Double(posterior.mean.columns) * (ExactMath.halfLogTwoPi + 0.5)
        return (0..<posterior.mean.rows).reduce(lower) { sum, row in
            sum - prior.densities[row] - constant - Self.halfLogDeterminant(posterior, row)
        }
    }

    /// log p(z) − log q(z given x) of each pair of the last pass, in nats.
    func logRatios(_ posterior: DiagonalGaussian<Scalar>, noise: Matrix<Scalar>) -> [Double] {
        let constant = Double(noise.columns) * ExactMath.halfLogTwoPi
        return (0..<noise.rows).map { pair in
            let range = pair..<pair + 1
            let density =
                prior.map { $0.densities[pair] + constant } ?? -0.5 * Scalar.sumOfSquares(topCodes.rows(range))
            return density + 0.5 * Scalar.sumOfSquares(noise.rows(range))
                + Self.halfLogDeterminant(posterior, pair / samples)
        }
    }

    /// By the components of a mixture prior; nil for other priors.
    var mixtureGradient: MixtureGradient<Scalar>? { (prior as? MixtureTape<Scalar>)?.gradient }

    /// What the last pass gave for the top level.
    func posterior(rows: Int) -> DiagonalGaussian<Scalar> { top.output(rows: rows) }

    private static func halfLogDeterminant(_ posterior: DiagonalGaussian<Scalar>, _ row: Int) -> Double {
        posterior.logVariance.rows(row..<row + 1).values.reduce(0) { $0 + Double($1) } / 2
    }

    // MARK: Backward

    /// From the derivative of the reconstruction term by the codes to that of the whole loss by the features, with the
    /// gradients of all that lies between.
    ///
    /// - Parameters:
    ///   - noise: ε of the forward pass.
    ///   - dFeatures: where the derivative by the features goes, if somebody wants it.
    func backward(
        _ features: Matrix<Scalar>, noise: Matrix<Scalar>, _ objective: Objective, into dFeatures: Matrix<Scalar>?
    ) {
        let rows = features.rows
        let (z, dz) = (topCodes.prefix(rows), topCodesGradient.prefix(rows))
        let weight = Scalar(objective.klWeight)
        let bottomFeatures = bottom?.backward(
            top: z, codesGradient: codesGradient.prefix(rows), klWeight: weight, into: dz)
        prior?.backward(z, weights: Array(repeating: weight, count: rows), into: dz)
        let noise = bottom == nil ? noise : topNoise.prefix(rows)
        posteriorBackward(noise, dz, objective)
        top.backward(features, gradient.prefix(rows), into: dFeatures)
        if let dFeatures, let bottomFeatures { Scalar.add(bottomFeatures, to: dFeatures) }
    }

    private func posteriorBackward(_ noise: Matrix<Scalar>, _ dz: Matrix<Scalar>, _ objective: Objective) {
        let (posterior, gradient) = (posterior(rows: dz.rows), gradient.prefix(dz.rows))
        let weight = Scalar(objective.klWeight)
        if model.architecture.isDeterministic {
            gradient.mean.assign(dz)
        } else if prior == nil {
            let sample = PosteriorSample(mean: posterior.mean, logVariance: posterior.logVariance, noise: noise)
            Scalar.posteriorBackward(sample, dz, klWeight: weight, into: gradient.mean, gradient.logVariance)
            if objective.freeBits > 0 { releaseFreeBits(sample, dz, limit: objective.freeBits) }
        } else {
            gradient.mean.assign(dz)
            Scalar.entropyBackward(posterior.logVariance, noise: noise, dz, weight: weight, into: gradient.logVariance)
        }
    }

    /// Takes the KL term's part out of the gradients of latents whose mean divergence over the shard is below the limit.
    private func releaseFreeBits(_ sample: PosteriorSample<Scalar>, _ dz: Matrix<Scalar>, limit: Double) {
        let rows = dz.rows
        let without = DiagonalGaussian<Scalar>(rows: rows, columns: dz.columns)
        Scalar.posteriorBackward(sample, dz, klWeight: 0, into: without.mean, without.logVariance)
        let means = Scalar.meanDivergences(DiagonalGaussian(mean: sample.mean, logVariance: sample.logVariance))
        let free = means.indices.filter { means[$0] < limit }
        Scalar.copyColumns(free, from: without.mean, to: gradient.mean.prefix(rows))
        Scalar.copyColumns(free, from: without.logVariance, to: gradient.logVariance.prefix(rows))
    }

    /// The gradient of the importance-weighted bound: doubly reparameterised for the encoder, so that it keeps its signal as
    /// the samples grow. `codesGradient` holds the derivative of the weighted reconstruction term.
    ///
    /// - Parameters:
    ///   - shares: w̃ of each pair, which sum to 1 for each row.
    ///   - weights: w̃ times the weight of a row.
    ///
    /// Source: Tucker, Lawson, Gu and Maddison 2018 (arXiv:1810.04152).
    func importanceBackward(
        _ features: Matrix<Scalar>, noise: Matrix<Scalar>, shares: [Scalar], weights: [Scalar],
        beta: Scalar, into dFeatures: Matrix<Scalar>?
    ) {
        let (pairs, rows) = (noise.rows, features.rows)
        let (z, dz, sigma) = (topCodes.prefix(pairs), topCodesGradient.prefix(pairs), pairSigma.prefix(pairs))
        let priorWeights = weights.map { beta * $0 }
        prior?.backward(z, weights: priorWeights, into: dz)
        Scalar.weighPaths(
            z, noise: noise, sigma: sigma, isStandard: prior == nil, shares: Matrix(shares),
            weights: Matrix(priorWeights), into: dz)
        let dv = pairLogVarianceGradient.prefix(pairs)
        Scalar.entropyBackward(pairLogVariance(rows), noise: noise, dz, weight: 0, into: dv)
        let gradient = gradient.prefix(rows)
        for row in 0..<rows {
            let range = row * samples..<(row + 1) * samples
            Scalar.columnSums(dz.rows(range), into: gradient.mean.rows(row..<row + 1))
            Scalar.columnSums(dv.rows(range), into: gradient.logVariance.rows(row..<row + 1))
        }
        top.backward(features, gradient, into: dFeatures)
    }

    /// log σ² of each pair's row; what was μ is not needed any more.
    private func pairLogVariance(_ rows: Int) -> Matrix<Scalar> {
        perPair(posterior(rows: rows).logVariance, pairMean, rows * samples)
    }
}
