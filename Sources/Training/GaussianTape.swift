import Kernels
import VAE

/// What a Gaussian network's forward pass leaves for its backward pass, for one shard.
struct GaussianTape<Scalar: KernelScalar> {
    private let network: GaussianNetwork<Scalar>
    private let chain: ChainTape<Scalar>
    private let mean: DenseBackward<Scalar>
    private let logVariance: DenseBackward<Scalar>?
    private let gaussian: DiagonalGaussian<Scalar>
    /// The part of the derivative by the last hidden layer that comes through log σ².
    private let hiddenGradient: Matrix<Scalar>

    init(_ network: GaussianNetwork<Scalar>, _ context: TapeContext<Scalar>) {
        self.network = network
        chain = ChainTape(network.chain, context)
        mean = context.makeBackward(network.mean)
        logVariance = network.logVariance.map { context.makeBackward($0) }
        gaussian = DiagonalGaussian(rows: context.rows, columns: network.outputs)
        hiddenGradient = context.makeBuffer(network.mean.inputs)
    }

    /// μ and log σ² of some rows; valid until the next call. A deterministic code has log σ² = 0, which nobody reads.
    func forward(_ x: Matrix<Scalar>) -> DiagonalGaussian<Scalar> {
        let (hidden, result) = (chain.forward(x), gaussian.prefix(x.rows))
        network.mean.apply(hidden, .identity, into: result.mean)
        network.logVariance?.apply(hidden, .identity, into: result.logVariance)
        return result
    }

    /// What the last forward pass gave.
    func output(rows: Int) -> DiagonalGaussian<Scalar> { gaussian.prefix(rows) }

    /// - Parameters:
    ///   - x: the input of the forward pass.
    ///   - dx: where the derivative by x goes, if somebody wants it.
    func backward(_ x: Matrix<Scalar>, _ gradient: DiagonalGaussian<Scalar>, into dx: Matrix<Scalar>?) {
        let hidden = chain.forwardOutput(x)
        let dHidden = chain.outputGradient?.prefix(x.rows) ?? dx
        mean.run(hidden, gradient.mean, into: dHidden)
        if let logVariance {
            let part = dHidden.map { _ in hiddenGradient.prefix(x.rows) }
            logVariance.run(hidden, gradient.logVariance, into: part)
            if let dHidden, let part { Scalar.add(part, to: dHidden) }
        }
        chain.backward(x, into: dx)
    }
}
