import Kernels
import VAE

/// A mixture prior in the passes of one shard.
struct MixtureTape<Scalar: KernelScalar>: PriorDensityTape {
    private let mixture: Mixture<Scalar>
    private let shares: Matrix<Scalar>
    /// log p(z) of each code of the last forward pass.
    let densities: Matrix<Double>
    /// By the mixture's components, summed over the shard's codes; whoever sums over shards clears it.
    let gradient: MixtureGradient<Scalar>

    init(_ mixture: Mixture<Scalar>, rows: Int) {
        self.mixture = mixture
        shares = Matrix(rows: rows, columns: mixture.components)
        densities = Matrix(rows: rows, columns: 1)
        gradient = MixtureGradient(mixture)
    }

    func forward(_ z: Matrix<Scalar>) {
        Scalar.mixtureLogDensity(z, mixture, shares: shares.prefix(z.rows), into: densities.prefix(z.rows))
    }

    func backward(_ z: Matrix<Scalar>, weights: [Scalar], into dz: Matrix<Scalar>) {
        gradient.clear()
        Scalar.mixtureBackward(
            z, mixture, shares: shares.prefix(z.rows), weights: Matrix(weights), into: dz, gradient)
    }
}
