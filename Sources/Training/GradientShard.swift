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
    /// ε, written before each pass: `[rows · samples, latentDimension]`, a row's samples together.
    package let noise: Matrix<Scalar>

    private let encoder: ChainTape<Scalar>
    private let latents: LatentTape<Scalar>
    private let decoder: ChainTape<Scalar>
    private let state = TapeState<Scalar>()
    /// Codes of each row.
    private let samples: Int
    /// Behind the encoder's features, and behind the codes; nil without a condition.
    private let featureCondition: ConditionTape<Scalar>?
    private let codeCondition: ConditionTape<Scalar>?
    /// The label of each code; without rows for one code a row.
    private let pairCondition: Matrix<Scalar>
    /// The targets of each code; without rows for one code a row.
    private let pairTargets: Matrix<Scalar>
    private let likelihood: LikelihoodTape<Scalar>

    /// - Parameters:
    ///   - rows: the most rows that a pass has.
    ///   - samples: codes of each row; more than one for the importance-weighted objective.
    ///   - weights: `sharedWeights` makes them.
    ///   - hasTargets: whether the records that the encoder sees are not those that the likelihood is taken of.
    package init(
        _ model: VariationalAutoencoder<Scalar>, rows: Int, samples: Int = 1, hasTargets: Bool = false,
        weights: SharedWeights<Scalar>
    ) {
        self.model = model
        self.samples = samples
        let gradients = Parameters<Scalar>(model.parameters.layout)
        self.gradients = gradients
        let (x, pairs) = (model.inputDimension, rows * samples)
        let context = TapeContext(rows: rows, gradients: gradients, weights: weights, state: state)
        let pairContext = TapeContext(rows: pairs, gradients: gradients, weights: weights, state: state)
        encoder = ChainTape(model.encoder, context)
        latents = LatentTape(model, samples: samples, context, pairContext: pairContext)
        decoder = ChainTape(model.decoder, pairContext)
        noise = Matrix(rows: pairs, columns: model.latentDimension)
        likelihood = LikelihoodTape(model, rows: pairs, gradients: gradients)
        pairTargets = Matrix(rows: samples > 1 ? pairs : 0, columns: x)
        featureCondition = ConditionTape(model, rows: rows, columns: model.encoder.outputs)
        codeCondition = ConditionTape(model, rows: pairs, columns: model.latentDimension)
        let levels = model.architecture.conditionDimension
        pairCondition = Matrix(rows: samples > 1 ? pairs : 0, columns: levels)
        let condition = levels > 0 ? Matrix<Scalar>(rows: rows, columns: levels) : nil
        let features = Matrix<Scalar>(rows: rows, columns: x)
        if case .columns(let columns) = model.likelihood {
            input = Observation(
                features: features, targets: Matrix(rows: rows, columns: columns.termCount), condition: condition)
        } else {
            input = Observation(
                features: features, targets: hasTargets ? Matrix(rows: rows, columns: x) : features,
                condition: condition)
        }
    }

    /// ε of a row's codes.
    func noise(row: Int) -> Matrix<Scalar> { noise.rows(row * samples..<(row + 1) * samples) }

    /// What the noise of the layers depends on in the next pass.
    package var pass: PassNoise {
        get { state.pass }
        set { state.pass = newValue }
    }

    /// By the components of a mixture prior, summed over the codes of the last pass; nil for other priors.
    package var mixtureGradient: MixtureGradient<Scalar>? { latents.mixtureGradient }

    /// What all shards of a model can share.
    package static func sharedWeights(_ model: VariationalAutoencoder<Scalar>) -> SharedWeights<Scalar> {
        SharedWeights(model)
    }

    /// Moves the running moments of batch normalisations by those of the last pass. The trainer does so shard by shard, since
    /// they are the model's.
    package func absorbStatistics() {
        for statistics in state.statistics { statistics.absorb() }
    }

    /// The training loss of the first `rows` of `input` and its gradient, which replaces `gradients`.
    ///
    ///     w Σᵢ [ −log p(xᵢ | zᵢ) + β KL(q(z | xᵢ) ‖ p(z)) ],  zᵢ = μᵢ + σᵢ ⊙ εᵢ
    ///
    /// or, with K > 1 codes of each row, minus the importance-weighted bound: −w Σᵢ log (1/K) Σₖ wᵢₖ.
    ///
    /// - Returns: Σ log p and Σ KL, in nats, without w and β; their difference is the bound.
    package func run(rows: Int, _ objective: Objective) -> LossTerms {
        let x = input.prefix(rows)
        return samples == 1 ? runBound(x, objective) : runImportanceWeighted(x, objective)
    }

    private func runBound(_ x: Observation<Scalar>, _ objective: Objective) -> LossTerms {
        let features = features(x)
        let noise = noise.prefix(x.rows)
        let z = decoderInput(latents.forward(features, noise: noise), x.condition)
        let y = decoder.forward(z)
        var terms = LossTerms()
        terms.logLikelihood = likelihood.logLikelihood(x.targets, y)
        terms.klDivergence = latents.divergence(latents.posterior(rows: x.rows))

        likelihood.backward(x.targets, y, weight: Scalar(objective.weight), into: outputsGradient(x.rows))
        decoderBackward(z)
        latents.backward(features, noise: noise, objective, into: featuresGradient(x.rows))
        encoderBackward(x)
        return terms
    }

    private func runImportanceWeighted(_ x: Observation<Scalar>, _ objective: Objective) -> LossTerms {
        let pairs = x.rows * samples
        let features = features(x)
        let noise = noise.prefix(pairs)
        let repeating = SamplePairs(first: 0, count: pairs, samples: samples)
        let condition = x.condition.map { condition in
            Scalar.repeatRows(repeating, of: condition, into: pairCondition.prefix(pairs))
            return pairCondition.prefix(pairs)
        }
        let z = decoderInput(latents.forward(features, noise: noise), condition)
        let (y, targets, dy) = (decoder.forward(z), pairTargets.prefix(pairs), outputsGradient(pairs))
        Scalar.repeatRows(repeating, of: x.targets, into: targets)
        let logLikelihoods = (0..<pairs).map { pair in
            model.likelihood.plainLogLikelihood(targets.rows(pair..<pair + 1), output: y.rows(pair..<pair + 1))
        }
        let ratios = latents.logRatios(latents.posterior(rows: x.rows), noise: noise)
        let importance = ImportanceShares(logLikelihoods, ratios, samples: samples, beta: objective.beta)

        let shares = importance.shares.map { Scalar($0) }
        let weights = importance.shares.map { Scalar($0 * objective.weight) }
        likelihood.backward(targets, y, weight: 1, into: dy)
        Scalar.scaleRows(dy, by: Matrix(weights), into: dy)
        decoderBackward(z)
        latents.importanceBackward(
            features, noise: noise, shares: shares, weights: weights, beta: Scalar(objective.beta),
            into: featuresGradient(x.rows))
        encoderBackward(x)
        return importance.terms
    }

    // MARK: Around the label

    /// What the posteriors are taken of.
    private func features(_ x: Observation<Scalar>) -> Matrix<Scalar> {
        let features = encoder.forward(x.features)
        guard let featureCondition, let condition = x.condition else { return features }
        return featureCondition.join(features, condition)
    }

    private func decoderInput(_ z: Matrix<Scalar>, _ condition: Matrix<Scalar>?) -> Matrix<Scalar> {
        guard let codeCondition, let condition else { return z }
        return codeCondition.join(z, condition)
    }

    /// - Parameter z: the decoder's input.
    private func decoderBackward(_ z: Matrix<Scalar>) {
        let dz = latents.codesGradient.prefix(z.rows)
        decoder.backward(z, into: codeCondition?.gradient(rows: z.rows) ?? dz)
        codeCondition?.split(into: dz)
    }

    /// Where the derivative by the features goes; nil for an encoder without layers.
    private func featuresGradient(_ rows: Int) -> Matrix<Scalar>? {
        encoder.outputGradient.map { featureCondition?.gradient(rows: rows) ?? $0.prefix(rows) }
    }

    private func encoderBackward(_ x: Observation<Scalar>) {
        if let gradient = encoder.outputGradient { featureCondition?.split(into: gradient.prefix(x.rows)) }
        encoder.backward(x.features, into: nil)
    }

    /// Where the derivative by the decoder's output goes.
    private func outputsGradient(_ rows: Int) -> Matrix<Scalar> {
        guard let gradient = decoder.outputGradient else { preconditionFailure("a decoder ends in its output layer") }
        return gradient.prefix(rows)
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
