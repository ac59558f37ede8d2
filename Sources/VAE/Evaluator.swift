import Kernels

/// Computes a model's answers in buffers of its own: one evaluator for one thread at a time.
///
/// Rows go through in blocks, so that a block's activations stay in the second-level cache; a row's bits do not depend on the
/// block that it is in.
package struct Evaluator<Scalar: KernelScalar> {
    package static var blockRows: Int { 96 }

    package let model: VariationalAutoencoder<Scalar>
    private let encoderWorkspace: ChainWorkspace<Scalar>
    private let decoderWorkspace: ChainWorkspace<Scalar>
    let meanBuffer: Matrix<Scalar>
    let logVarianceBuffer: Matrix<Scalar>
    let sigmaBuffer: Matrix<Scalar>
    let latentBuffer: Matrix<Scalar>
    let outputBuffer: Matrix<Scalar>
    let likelihoodTerms: LikelihoodTerms<Scalar>
    let termBuffer: Matrix<Double>
    let targetBuffer: Matrix<Scalar>

    package init(_ model: VariationalAutoencoder<Scalar>) {
        self.model = model
        let (rows, latents) = (Self.blockRows, model.latentDimension)
        encoderWorkspace = ChainWorkspace(model.encoder, rows: rows)
        decoderWorkspace = ChainWorkspace(model.decoder, rows: rows)
        meanBuffer = Matrix(rows: rows, columns: latents)
        logVarianceBuffer = Matrix(rows: rows, columns: latents)
        sigmaBuffer = Matrix(rows: rows, columns: latents)
        latentBuffer = Matrix(rows: rows, columns: latents)
        outputBuffer = Matrix(rows: rows, columns: model.architecture.outputDimension)
        likelihoodTerms = LikelihoodTerms(model.likelihood, rows: rows)
        termBuffer = Matrix(rows: rows, columns: likelihoodTerms.count)
        targetBuffer = Matrix(
            rows: rows,
            columns: model.likelihood.targetWidth(recordDimension: model.architecture.recordDimension))
    }

    /// μ and log σ² of one block of features `[rows ≤ blockRows, inputDimension]`; valid until the next call.
    func encodeBlock(_ x: Matrix<Scalar>) -> Posterior<Scalar> {
        let hidden = model.encoder.apply(x, encoderWorkspace)
        let posterior = Posterior(
            mean: meanBuffer.prefix(x.rows), logVariance: logVarianceBuffer.prefix(x.rows),
            sigma: sigmaBuffer.prefix(x.rows))
        model.mean.apply(hidden, .identity, into: posterior.mean)
        model.logVariance.apply(hidden, .identity, into: posterior.logVariance)
        Scalar.standardDeviation(posterior.logVariance, into: posterior.sigma)
        return posterior
    }

    /// The parameters of p(x given z) for one block `[rows ≤ blockRows, latentDimension]`; valid until the next call.
    func decodeBlock(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
        let hidden = model.decoder.apply(z, decoderWorkspace)
        let output = outputBuffer.prefix(z.rows)
        model.output.apply(hidden, .identity, into: output)
        return output
    }

    /// Writes μ and σ of each row of x: `[rows, latentDimension]` each.
    package func encode(_ x: Matrix<Scalar>, mean: Matrix<Scalar>, sigma: Matrix<Scalar>) {
        forEachBlock(of: x.rows) { rows in
            let posterior = encodeBlock(x.rows(rows))
            mean.rows(rows).assign(posterior.mean)
            sigma.rows(rows).assign(posterior.sigma)
        }
    }

    /// Writes E[x given z] of each row of z, and draws of x where asked: `[rows, recordDimension]` each.
    package func decode(_ z: Matrix<Scalar>, into x: Matrix<Scalar>, draws: Draws<Scalar>? = nil) {
        forEachBlock(of: z.rows) { rows in
            let output = decodeBlock(z.rows(rows))
            model.likelihood.mean(output, into: x.rows(rows))
            if let draws { model.likelihood.draw(output, draws.streams(rows), into: draws.records.rows(rows)) }
        }
    }

    /// Writes E[x given z = μ(x)] of each row, `[rows, recordDimension]`.
    package func reconstruct(_ features: Matrix<Scalar>, into reconstruction: Matrix<Scalar>) {
        forEachBlock(of: features.rows) { rows in
            let output = decodeBlock(encodeBlock(features.rows(rows)).mean)
            model.likelihood.mean(output, into: reconstruction.rows(rows))
        }
    }

    func forEachBlock(of rows: Int, _ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: rows, by: Self.blockRows) {
            body(start..<min(start + Self.blockRows, rows))
        }
    }
}

/// q(z given x) of some rows: `[rows, latentDimension]` each.
struct Posterior<Scalar: KernelScalar> {
    let mean: Matrix<Scalar>
    let logVariance: Matrix<Scalar>
    let sigma: Matrix<Scalar>
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
