import Kernels

/// Computes a model's answers in buffers of its own: one evaluator for one thread at a time.
///
/// Rows go through in blocks, so that a block's activations stay in the second-level cache; a row's bits do not depend on the
/// block that it is in.
package struct Evaluator<Scalar: KernelScalar> {
    package static var mostBlockRows: Int { 96 }

    package let model: VariationalAutoencoder<Scalar>
    /// Fewer than usual where a row needs so much room that 96 would not fit.
    let blockRows: Int
    private let encoderWorkspace: ChainWorkspace<Scalar>
    private let topWorkspace: ChainWorkspace<Scalar>
    private let decoderWorkspace: ChainWorkspace<Scalar>
    private let posteriorBuffer: DiagonalGaussian<Scalar>
    private let sigmaBuffer: Matrix<Scalar>
    private let jointSigmaBuffer: Matrix<Scalar>
    /// The encoder's features with the label behind them; without rows where there is none.
    private let featureBuffer: Matrix<Scalar>
    /// Codes with the label behind them.
    private let codeBuffer: Matrix<Scalar>
    /// Labels of pairs.
    let conditionBuffer: Matrix<Scalar>
    let latentPass: LatentPass<Scalar>
    let likelihoodTerms: LikelihoodTerms<Scalar>
    let termBuffer: Matrix<Double>
    let targetBuffer: Matrix<Scalar>

    package init(_ model: VariationalAutoencoder<Scalar>) {
        self.model = model
        blockRows = Self.blockRows(numbers: model.numbers)
        let (rows, latents) = (blockRows, model.top.outputs)
        encoderWorkspace = model.encoder.makeWorkspace(rows: rows)
        topWorkspace = model.top.chain.makeWorkspace(rows: rows)
        decoderWorkspace = model.decoder.makeWorkspace(rows: rows)
        posteriorBuffer = DiagonalGaussian(rows: rows, columns: latents)
        sigmaBuffer = Matrix(rows: rows, columns: latents)
        jointSigmaBuffer = Matrix(rows: model.hierarchy == nil ? 0 : rows, columns: model.latentDimension)
        let conditions = model.architecture.conditionDimension
        let conditionRows = conditions == 0 ? 0 : rows
        featureBuffer = Matrix(rows: conditionRows, columns: model.encoder.outputs + conditions)
        codeBuffer = Matrix(rows: conditionRows, columns: model.architecture.decoderDimension)
        conditionBuffer = Matrix(rows: conditionRows, columns: conditions)
        latentPass = LatentPass(model, rows: rows)
        likelihoodTerms = LikelihoodTerms(model.likelihood, rows: rows)
        termBuffer = Matrix(rows: rows, columns: likelihoodTerms.count)
        targetBuffer = Matrix(
            rows: rows,
            columns: model.likelihood.targetWidth(recordDimension: model.architecture.recordDimension))
    }

    /// The features of one block `[rows ≤ blockRows, inputDimension]` and the posterior of its top level; valid until the
    /// next call.
    @_specialize(where Scalar == Float)
    func encodeBlock(_ x: Matrix<Scalar>, _ condition: Matrix<Scalar>? = nil) -> Encoding<Scalar> {
        let features = Self.join(model.encoder.apply(x, encoderWorkspace), condition, featureBuffer)
        let gaussian = posteriorBuffer.prefix(x.rows)
        model.top.apply(features, topWorkspace, into: gaussian)
        let posterior = Posterior(
            mean: gaussian.mean, logVariance: gaussian.logVariance, sigma: sigmaBuffer.prefix(x.rows))
        if model.architecture.isDeterministic {
            posterior.sigma.fill(0)
        } else {
            Scalar.standardDeviation(gaussian.logVariance, into: posterior.sigma)
        }
        return Encoding(features: features, condition: condition, posterior: posterior)
    }

    private static func join(
        _ x: Matrix<Scalar>, _ condition: Matrix<Scalar>?, _ room: Matrix<Scalar>
    ) -> Matrix<Scalar> {
        guard let condition else { return x }
        let joined = room.prefix(x.rows)
        Scalar.join(x, condition, into: joined)
        return joined
    }

    /// μ and σ of both levels, the lower at z₂ = μ₂: `[rows, latentDimension]` each; valid until the next call.
    @_specialize(where Scalar == Float)
    func codes(_ encoding: Encoding<Scalar>) -> (mean: Matrix<Scalar>, sigma: Matrix<Scalar>) {
        guard model.hierarchy != nil else { return (encoding.posterior.mean, encoding.posterior.sigma) }
        let rows = encoding.features.rows
        let mean = latentPass.draw(
            SamplePairs(first: 0, count: rows, samples: 1), encoding,
            noise: LevelNoise(Matrix(rows: 0, columns: model.latentDimension), model.architecture))
        let sigma = jointSigmaBuffer.prefix(rows)
        latentPass.joinSigmas(encoding.posterior, into: sigma)
        return (mean, sigma)
    }

    /// The parameters of p(x given z) for one block `[rows ≤ blockRows, latentDimension]`; valid until the next call.
    @_specialize(where Scalar == Float)
    func decodeBlock(_ z: Matrix<Scalar>, _ condition: Matrix<Scalar>? = nil) -> Matrix<Scalar> {
        model.decoder.apply(Self.join(z, condition, codeBuffer), decoderWorkspace)
    }

    /// Writes μ and σ of each row of x: `[rows, latentDimension]` each.
    ///
    /// - Parameter condition: one-hots of the labels, `[rows, levels]`; nil for a model without a condition, here and below.
    @_specialize(where Scalar == Float)
    package func encode(
        _ x: Matrix<Scalar>, condition: Matrix<Scalar>? = nil, mean: Matrix<Scalar>, sigma: Matrix<Scalar>
    ) {
        forEachBlock(of: x.rows) { rows in
            let codes = codes(encodeBlock(x.rows(rows), condition?.rows(rows)))
            mean.rows(rows).assign(codes.mean)
            sigma.rows(rows).assign(codes.sigma)
        }
    }

    /// Writes E[x given z] of each row of z, and draws of x where asked: `[rows, recordDimension]` each.
    @_specialize(where Scalar == Float)
    package func decode(
        _ z: Matrix<Scalar>, condition: Matrix<Scalar>? = nil, into x: Matrix<Scalar>, draws: Draws<Scalar>? = nil
    ) {
        forEachBlock(of: z.rows) { rows in
            let output = decodeBlock(z.rows(rows), condition?.rows(rows))
            model.likelihood.mean(output, into: x.rows(rows))
            if let draws { model.likelihood.draw(output, draws.streams(rows), into: draws.records.rows(rows)) }
        }
    }

    /// Writes E[x given z = μ(x)] of each row, `[rows, recordDimension]`.
    @_specialize(where Scalar == Float)
    package func reconstruct(
        _ features: Matrix<Scalar>, condition: Matrix<Scalar>? = nil, into reconstruction: Matrix<Scalar>
    ) {
        forEachBlock(of: features.rows) { rows in
            let encoding = encodeBlock(features.rows(rows), condition?.rows(rows))
            let output = decodeBlock(codes(encoding).mean, encoding.condition)
            model.likelihood.mean(output, into: reconstruction.rows(rows))
        }
    }

    /// Rows of a block, each of which needs room for so many numbers.
    static func blockRows(numbers: Int) -> Int {
        let room = 1 << 26
        return max(1, min(mostBlockRows, room / max(numbers, 1)))
    }

    func forEachBlock(of rows: Int, _ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: rows, by: blockRows) {
            body(start..<min(start + blockRows, rows))
        }
    }
}

/// What the encoder makes of some rows.
struct Encoding<Scalar: KernelScalar> {
    /// `[rows, …]`: what all posteriors are taken of, the label's one-hot behind the encoder's output.
    let features: Matrix<Scalar>
    /// `[rows, levels]`; nil for a model without a condition.
    let condition: Matrix<Scalar>?
    /// Of the top level.
    let posterior: Posterior<Scalar>

    func row(_ row: Int) -> Encoding {
        Encoding(
            features: features.rows(row..<row + 1), condition: condition?.rows(row..<row + 1),
            posterior: posterior.row(row))
    }
}

/// q(z given x) of some rows and one level: `[rows, latents]` each.
struct Posterior<Scalar: KernelScalar> {
    let mean: Matrix<Scalar>
    let logVariance: Matrix<Scalar>
    let sigma: Matrix<Scalar>

    func row(_ row: Int) -> Posterior {
        let range = row..<row + 1
        return Posterior(mean: mean.rows(range), logVariance: logVariance.rows(range), sigma: sigma.rows(range))
    }

    /// ½ Σ log σ² of each row.
    var halfLogDeterminants: [Double] {
        (0..<mean.rows).map { row in
            logVariance.rows(row..<row + 1).values.reduce(0) { $0 + Double($1) } / 2
        }
    }
}

/// Where draws of x go, and the place of each row in the sequence that a seed stands for.
package struct Draws<Scalar: KernelScalar> {
    let seed: UInt64
    let positions: [UInt64]
    /// `[rows, recordDimension]`
    let records: Matrix<Scalar>

    package init(seed: UInt64, positions: [UInt64], into records: Matrix<Scalar>) {
        (self.seed, self.positions, self.records) = (seed, positions, records)
    }

    func streams(_ rows: Range<Int>) -> [NoiseStream] {
        positions[rows].map { NoiseStream(seed: seed, purpose: .observation, position: $0) }
    }
}
