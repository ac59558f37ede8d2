import Kernels

/// Computes log p(z) of priors other than N(0, I), in buffers of its own.
enum PriorPass<Scalar: KernelScalar> {
    case mixture(Mixture<Scalar>, shares: Matrix<Scalar>)
    case flow(FlowPass<Scalar>)

    /// - Returns: nil for N(0, I), which is taken in closed form.
    init?(_ prior: Prior<Scalar>, rows: Int, latents: Int) {
        switch prior {
        case .standard: return nil
        case .mixture(let prior):
            self = .mixture(prior.mixture, shares: Matrix(rows: rows, columns: prior.mixture.components))
        case .flow(let flow): self = .flow(FlowPass(flow, rows: rows, latents: latents))
        }
    }

    /// log p(z) of each row, in nats, into `[rows, 1]`.
    func logDensities(_ z: Matrix<Scalar>, into densities: Matrix<Double>) {
        switch self {
        case .mixture(let mixture, let shares):
            Scalar.mixtureLogDensity(z, mixture, shares: shares.prefix(z.rows), into: densities)
        case .flow(let flow): flow.logDensities(z, into: densities)
        }
    }
}
