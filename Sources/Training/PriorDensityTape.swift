import Kernels

/// A prior other than N(0, I) in the passes of one shard.
protocol PriorDensityTape<Scalar> {
    associatedtype Scalar: KernelScalar

    /// log p(z) of each code of the last forward pass, in nats.
    var densities: Matrix<Double> { get }

    func forward(_ z: Matrix<Scalar>)
    /// Adds the derivative of −Σ wᵢ log p(zᵢ) to dz, and takes that by the prior's own parameters.
    func backward(_ z: Matrix<Scalar>, weights: [Scalar], into dz: Matrix<Scalar>)
}
