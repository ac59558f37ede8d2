import Kernels
import VAE

/// Takes a mixture prior through a training step: its components follow the parameters before the shards run, and the shards'
/// gradients by the components become gradients by the parameters after.
package final class PriorTape<Scalar: KernelScalar> {
    private let prior: MixturePrior<Scalar>
    /// The passes of pseudo-inputs through the encoder, each on some of them; none for free components.
    private let passes: [PseudoInputTape<Scalar>]

    /// - Parameter weights: as the shards have them.
    /// - Returns: nil for a prior without parameters.
    package init?(_ model: VariationalAutoencoder<Scalar>, weights: SharedWeights<Scalar>) {
        guard case .mixture(let prior) = model.prior else { return nil }
        self.prior = prior
        guard case .posteriors(let pseudoInputs) = prior.source else {
            passes = []
            return
        }
        let parts = Parallel.ranges(pseudoInputs.rows, pieces: 2).filter { !$0.isEmpty }
        passes = parts.map { PseudoInputTape(model, pseudoInputs, rows: $0, weights: weights) }
    }

    /// The gradients that belong to no shard.
    package var gradientVectors: [Matrix<Scalar>] { passes.map(\.gradients.vector) }

    /// - Parameter noise: of the step, for layers that draw.
    package func forward(_ noise: PassNoise = PassNoise()) {
        for (i, pass) in passes.enumerated() {
            pass.noise = PassNoise(seed: noise.seed, number: noise.number &+ UInt32(i))
        }
        switch prior.source {
        case .free(let components, let logits): prior.set(components, logits: logits)
        case .posteriors:
            Parallel.forEach(passes.count) { [passes] in passes[$0].forward() }
            let posteriors = DiagonalGaussian<Scalar>(rows: prior.mixture.components, columns: prior.mixture.latents)
            for pass in passes { pass.copyPosteriors(into: posteriors) }
            prior.set(posteriors)
        }
    }

    /// - Parameters:
    ///   - parts: of the shards, in order; the first is overwritten with the sum.
    ///   - gradients: where free components have theirs; those by pseudo-inputs are `gradientVectors`'.
    package func backward(_ parts: [MixtureGradient<Scalar>], into gradients: Parameters<Scalar>) {
        let sum = parts[0]
        for part in parts.dropFirst() { sum.add(part) }
        let byComponent = DiagonalGaussian<Scalar>(rows: prior.mixture.components, columns: prior.mixture.latents)
        Scalar.transpose(sum.mean, into: byComponent.mean)
        Scalar.transpose(sum.logVariance, into: byComponent.logVariance)
        guard case .free = prior.source else {
            // No shard writes it, so the sum over all vectors would go on from that of the last step.
            gradients["prior.pseudo_inputs"].fill(0)
            return Parallel.forEach(passes.count) { [passes] in passes[$0].backward(byComponent) }
        }
        gradients["prior.mean"].assign(byComponent.mean)
        gradients["prior.log_variance"].assign(byComponent.logVariance)
        gradients["prior.weight"].assign(logitGradients(sum.logWeight))
    }

    /// From the gradients by log π to those by the logits: d − π Σ d.
    private func logitGradients(_ gradient: Matrix<Scalar>) -> [Scalar] {
        let total = gradient.values.reduce(0, +)
        return zip(gradient.values, prior.weights).map { $0 - Scalar($1) * total }
    }
}

/// Some pseudo-inputs on their way through the encoder to posteriors and back.
final class PseudoInputTape<Scalar: KernelScalar>: @unchecked Sendable {
    // Sendable: one thread works on a tape at a time; whoever starts the threads waits for all.
    private let inputs: Matrix<Scalar>
    private let range: Range<Int>
    private let encoder: ChainTape<Scalar>
    private let top: GaussianTape<Scalar>
    private let inputsGradient: Matrix<Scalar>
    private let state = TapeState<Scalar>()
    let gradients: Parameters<Scalar>

    init(
        _ model: VariationalAutoencoder<Scalar>, _ pseudoInputs: Matrix<Scalar>, rows range: Range<Int>,
        weights: SharedWeights<Scalar>
    ) {
        let gradients = Parameters<Scalar>(model.parameters.layout)
        // Other masks than those of the records.
        state.noisePlaces = 1 << 16
        let context = TapeContext(rows: range.count, gradients: gradients, weights: weights, state: state)
        self.range = range
        self.gradients = gradients
        inputs = pseudoInputs.rows(range)
        inputsGradient = gradients["prior.pseudo_inputs"].rows(range)
        encoder = ChainTape(model.encoder, context)
        top = GaussianTape(model.top, context)
    }

    var noise: PassNoise {
        get { state.pass }
        set { state.pass = newValue }
    }

    func forward() {
        _ = top.forward(encoder.forward(inputs))
    }

    func copyPosteriors(into all: DiagonalGaussian<Scalar>) {
        let posterior = top.output(rows: range.count)
        all.mean.rows(range).assign(posterior.mean)
        all.logVariance.rows(range).assign(posterior.logVariance)
    }

    /// - Parameter all: the gradient by the posteriors of all pseudo-inputs.
    func backward(_ all: DiagonalGaussian<Scalar>) {
        let features = encoder.forwardOutput(inputs)
        top.backward(features, all.rows(range), into: encoder.outputGradient ?? inputsGradient)
        encoder.backward(inputs, into: inputsGradient)
    }
}
