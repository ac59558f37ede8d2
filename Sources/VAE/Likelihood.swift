import Kernels

/// p(x given z) for records x, given what the decoder puts out: logits (Bernoulli) or means (Gaussian).
package enum Likelihood<Scalar: KernelScalar>: Sendable {
    case bernoulli
    case gaussian(GaussianLikelihood<Scalar>)
    case columns(ColumnsLikelihood<Scalar>)

    init(_ specification: LikelihoodSpecification, in parameters: Parameters<Scalar>, columns: Int) {
        switch specification {
        case .bernoulli: self = .bernoulli
        case .gaussian(.fixed(let sigma)):
            self = .gaussian(GaussianLikelihood(sigma: sigma, columns: columns))
        case .gaussian(.learned(let floor)):
            self = .gaussian(GaussianLikelihood(scale: parameters["likelihood.scale"], floor: floor))
        case .columns(let families): self = .columns(ColumnsLikelihood(families, in: parameters))
        }
    }

    /// log p(x given z) of one plain vector, summed over its numbers, in nats.
    package func plainLogLikelihood(_ x: Matrix<Scalar>, output: Matrix<Scalar>) -> Double {
        switch self {
        case .bernoulli: Scalar.bernoulliLogLikelihood(x, logits: output)
        case .gaussian(let gaussian): gaussian.logLikelihood(x, mean: output)
        case .columns: preconditionFailure("columns are taken many rows at a time")
        }
    }

    /// Numbers of a row of targets: what `terms` compares with the decoder's output.
    package func targetWidth(recordDimension: Int) -> Int {
        if case .columns(let columns) = self { return columns.termCount }
        return recordDimension
    }

    /// E[x given z] from the decoder's output; of a table's columns the most fitting codes.
    ///
    /// - Parameter x: `[rows, recordDimension]`
    package func mean(_ outputs: Matrix<Scalar>, into x: Matrix<Scalar>) {
        switch self {
        case .bernoulli: Scalar.activate(.sigmoid, outputs, into: x)
        case .gaussian: x.assign(outputs)
        case .columns(let columns): columns.mode(outputs, into: x)
        }
    }

    /// Draws of x given the decoder's output, with a stream of noise for each row.
    package func draw(_ outputs: Matrix<Scalar>, _ streams: [NoiseStream], into x: Matrix<Scalar>) {
        if case .columns(let columns) = self { return columns.draw(outputs, streams, into: x) }
        mean(outputs, into: x)
        for (row, stream) in streams.enumerated() {
            let means = x.rows(row..<row + 1)
            if case .gaussian(let gaussian) = self {
                gaussian.draw(means, stream)
            } else {
                Scalar.binarise(means, stream, into: means)
            }
        }
    }

    /// Follows the parameters after they changed.
    func refresh() {
        switch self {
        case .bernoulli: break
        case .gaussian(let gaussian): gaussian.refresh()
        case .columns(let columns): columns.refresh()
        }
    }
}
