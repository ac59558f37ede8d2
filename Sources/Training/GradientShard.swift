import Kernels
import VAE

/// Forward and backward pass of one part of a mini-batch, in buffers of its own.
///
/// A batch is always cut into the same shards, whatever the number of threads, so a run's bits do not depend on it.
package final class GradientShard<Scalar: KernelScalar>: @unchecked Sendable {
    // Sendable: one thread works on a shard at a time; the trainer waits for all shards before it reads a gradient.
    private let model: VariationalAutoencoder<Scalar>
    package let gradients: Parameters<Scalar>
    /// The records, written before each pass.
    package let input: Observation<Scalar>
    /// ε, written before each pass: `[rows, latentDimension]`.
    package let noise: Matrix<Scalar>

    private let encoder: ChainTape<Scalar>
    private let mean: DenseBackward<Scalar>
    private let logVariance: DenseBackward<Scalar>
    private let decoder: ChainTape<Scalar>
    private let output: DenseBackward<Scalar>
    private let latents: LatentTape<Scalar>
    private let outputs: Matrix<Scalar>
    private let outputsGradient: Matrix<Scalar>
    private let hiddenGradient: Matrix<Scalar>
    private let squaredErrors: Matrix<Scalar>
    private let columnsWorkspace: ColumnsWorkspace<Scalar>?
    private let columnTerms: Matrix<Scalar>

    /// - Parameters:
    ///   - rows: the most rows that a pass has.
    ///   - weights: by the name of their dense part; `sharedWeights` makes them.
    package init(_ model: VariationalAutoencoder<Scalar>, rows: Int, weights: [String: BackwardWeights<Scalar>]) {
        self.model = model
        let gradients = Parameters<Scalar>(model.parameters.layout)
        self.gradients = gradients
        func makeBackward(_ dense: Dense<Scalar>) -> DenseBackward<Scalar> {
            DenseBackward(weights[dense.name] ?? BackwardWeights(dense), rows: rows, gradients: gradients)
        }
        let (x, z) = (model.inputDimension, model.latentDimension)
        encoder = ChainTape(model.encoder, inputs: x, rows: rows, makeBackward: makeBackward)
        mean = makeBackward(model.mean)
        logVariance = makeBackward(model.logVariance)
        decoder = ChainTape(model.decoder, inputs: z, rows: rows, makeBackward: makeBackward)
        output = makeBackward(model.output)
        latents = LatentTape(rows: rows, columns: z)
        let y = model.architecture.outputDimension
        noise = Matrix(rows: rows, columns: z)
        outputs = Matrix(rows: rows, columns: y)
        outputsGradient = Matrix(rows: rows, columns: y)
        hiddenGradient = Matrix(rows: rows, columns: model.mean.inputs)
        squaredErrors = Matrix(rows: 1, columns: x)
        let features = Matrix<Scalar>(rows: rows, columns: x)
        if case .columns(let columns) = model.likelihood {
            columnTerms = Matrix(rows: rows, columns: columns.termCount)
            columnsWorkspace = ColumnsWorkspace(columns, rows: rows)
            input = Observation(features: features, targets: Matrix(rows: rows, columns: columns.termCount))
        } else {
            (columnsWorkspace, columnTerms) = (nil, Matrix(rows: 0, columns: 0))
            input = Observation(features)
        }
    }

    /// What all shards of a model can share.
    package static func sharedWeights(_ model: VariationalAutoencoder<Scalar>) -> [String: BackwardWeights<Scalar>] {
        Dictionary(uniqueKeysWithValues: model.denses.map { ($0.name, BackwardWeights($0)) })
    }

    /// The training loss of the first `rows` of `input` and its gradient, which replaces `gradients`.
    ///
    ///     w Σᵢ [ −log p(xᵢ | zᵢ) + β KL(q(z | xᵢ) ‖ p(z)) ],  zᵢ = μᵢ + σᵢ ⊙ εᵢ
    ///
    /// - Parameters:
    ///   - weight: w, one over the rows of the whole batch for a mean.
    ///   - beta: β, 1 for the ELBO.
    /// - Returns: Σ log p and Σ KL, in nats, without w and β.
    package func run(rows: Int, weight: Double, beta: Double) -> LossTerms {
        let x = input.prefix(rows)
        let terms = forward(x)
        backwardDecoder(x.targets, weight: Scalar(weight))
        backwardEncoder(x.features, klWeight: Scalar(weight * beta))
        return terms
    }

    private func forward(_ x: Observation<Scalar>) -> LossTerms {
        let tape = latents.prefix(x.rows)
        let hidden = encoder.forward(x.features)
        model.mean.apply(hidden, .identity, into: tape.mean)
        model.logVariance.apply(hidden, .identity, into: tape.logVariance)
        Scalar.standardDeviation(tape.logVariance, into: tape.sigma)
        Scalar.reparameterise(tape.mean, tape.sigma, noise.prefix(x.rows), into: tape.z)
        let y = outputs.prefix(x.rows)
        model.output.apply(decoder.forward(tape.z), .identity, into: y)
        return losses(x.targets, y, tape)
    }

    private func losses(_ x: Matrix<Scalar>, _ y: Matrix<Scalar>, _ tape: LatentTape<Scalar>) -> LossTerms {
        var terms = LossTerms()
        terms.logLikelihood = logLikelihood(x, y)
        for row in 0..<x.rows {
            let range = row..<row + 1
            terms.klDivergence += Scalar.klDivergence(tape.mean.rows(range), tape.logVariance.rows(range))
        }
        return terms
    }

    private func logLikelihood(_ x: Matrix<Scalar>, _ y: Matrix<Scalar>) -> Double {
        if case .columns(let columns) = model.likelihood, let columnsWorkspace {
            let terms = columnTerms.prefix(x.rows)
            columns.terms(x, outputs: y, columnsWorkspace, into: terms)
            let sums = Matrix<Double>(rows: 1, columns: terms.columns)
            Scalar.accumulate(terms.columns(0..<terms.columns), into: ColumnBlock(broadcasting: sums, rows: x.rows))
            return sums.values.reduce(0, +)
        }
        return (0..<x.rows).reduce(0) { sum, row in
            sum + model.likelihood.plainLogLikelihood(x.rows(row..<row + 1), output: y.rows(row..<row + 1))
        }
    }

    /// Leaves the derivative by z in the latent tape.
    private func backwardDecoder(_ x: Matrix<Scalar>, weight: Scalar) {
        let (y, dy, tape) = (outputs.prefix(x.rows), outputsGradient.prefix(x.rows), latents.prefix(x.rows))
        switch model.likelihood {
        case .bernoulli: Scalar.bernoulliBackward(x, logits: y, weight: weight, into: dy)
        case .gaussian(let gaussian): backward(gaussian, x, y, weight: weight, into: dy)
        case .columns(let columns):
            guard let columnsWorkspace else { return }
            columns.backward(x, outputs: y, weight: weight, columnsWorkspace, into: dy, gradients: gradients)
        }
        let hidden = decoder.forwardOutput(tape.z)
        output.run(hidden, dy, into: decoder.outputGradient?.prefix(x.rows) ?? tape.zGradient)
        decoder.backward(tape.z, into: tape.zGradient)
    }

    private func backward(
        _ gaussian: GaussianLikelihood<Scalar>, _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, weight: Scalar,
        into dy: Matrix<Scalar>
    ) {
        Scalar.gaussianBackward(x, mean: y, precision: gaussian.precision, weight: weight, into: dy)
        guard gaussian.scale != nil else { return }
        Scalar.columnSquaredErrors(x, mean: y, into: squaredErrors)
        let gradient = gradients["likelihood.scale"]
        gradient.fill(0)
        gaussian.addScaleGradient(squaredErrors: squaredErrors, rows: x.rows, weight: weight, to: gradient)
    }

    private func backwardEncoder(_ x: Matrix<Scalar>, klWeight: Scalar) {
        let tape = latents.prefix(x.rows)
        let sample = PosteriorSample(
            mean: tape.mean, logVariance: tape.logVariance, noise: noise.prefix(x.rows))
        Scalar.posteriorBackward(
            sample, tape.zGradient, klWeight: klWeight, into: tape.meanGradient, tape.logVarianceGradient)
        let hidden = encoder.forwardOutput(x)
        let dHidden = encoder.outputGradient?.prefix(x.rows)
        mean.run(hidden, tape.meanGradient, into: dHidden)
        logVariance.run(hidden, tape.logVarianceGradient, into: dHidden.map { _ in hiddenGradient.prefix(x.rows) })
        guard let dHidden else { return }
        Scalar.add(hiddenGradient.prefix(x.rows), to: dHidden)
        encoder.backward(x, into: nil)
    }
}

/// Sums over the rows of a batch, in nats.
package struct LossTerms: Equatable, Sendable {
    package var logLikelihood = 0.0
    package var klDivergence = 0.0

    package init() {}

    package static func += (sum: inout LossTerms, terms: LossTerms) {
        sum.logLikelihood += terms.logLikelihood
        sum.klDivergence += terms.klDivergence
    }
}
