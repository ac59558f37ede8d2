import Kernels

/// p(x given z) for records x, given what the decoder puts out: logits (Bernoulli) or means (Gaussian).
package enum Likelihood<Scalar: KernelScalar>: Sendable {
    case bernoulli
    case gaussian(GaussianLikelihood<Scalar>)

    init(_ specification: LikelihoodSpecification, in parameters: Parameters<Scalar>, columns: Int) {
        switch specification {
        case .bernoulli: self = .bernoulli
        case .gaussian(.fixed(let sigma)):
            self = .gaussian(GaussianLikelihood(sigma: sigma, columns: columns))
        case .gaussian(.learned(let floor)):
            self = .gaussian(GaussianLikelihood(scale: parameters["likelihood.scale"], floor: floor))
        }
    }

    /// log p(x given z) of one row, summed over columns, in nats.
    package func logLikelihood(_ x: Matrix<Scalar>, output: Matrix<Scalar>) -> Double {
        switch self {
        case .bernoulli: Scalar.bernoulliLogLikelihood(x, logits: output)
        case .gaussian(let gaussian): gaussian.logLikelihood(x, mean: output)
        }
    }

    /// E[x given z] from the decoder's output, in place.
    package func mean(_ output: Matrix<Scalar>) {
        if case .bernoulli = self { Scalar.activate(.sigmoid, output, into: output) }
    }

    /// A draw of x from its means, in place, with the noise of each row's stream.
    package func draw(_ means: Matrix<Scalar>, _ stream: NoiseStream) {
        switch self {
        case .bernoulli: Scalar.binarise(means, stream, into: means)
        case .gaussian(let gaussian): gaussian.draw(means, stream)
        }
    }
}
