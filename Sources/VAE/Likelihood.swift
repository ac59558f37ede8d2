import Kernels

/// p(x given z) for records x, given what the decoder puts out: logits (both kinds of Bernoulli), means (Gaussian) or locations
/// (logistic).
package enum Likelihood<Scalar: KernelScalar>: Sendable {
    case bernoulli
    case continuousBernoulli
    case gaussian(GaussianLikelihood<Scalar>)
    case discretizedLogistic(LogisticLikelihood<Scalar>)
    case columns(ColumnsLikelihood<Scalar>)

    init(_ specification: LikelihoodSpecification, in parameters: Parameters<Scalar>, columns: Int) {
        switch specification {
        case .bernoulli: self = .bernoulli
        case .gaussian(.fixed(let sigma)):
            self = .gaussian(GaussianLikelihood(sigma: sigma, columns: columns))
        case .continuousBernoulli: self = .continuousBernoulli
        case .gaussian(.learned(let floor)), .gaussian(.shared(let floor)):
            self = .gaussian(
                GaussianLikelihood(scale: parameters["likelihood.scale"], floor: floor, columns: columns))
        case .discretizedLogistic(let scale): self = .discretizedLogistic(LogisticLikelihood(scale, in: parameters))
        case .columns(let families): self = .columns(ColumnsLikelihood(families, in: parameters))
        }
    }

    /// log p(x given z) of one plain vector, summed over its numbers, in nats.
    package func plainLogLikelihood(_ x: Matrix<Scalar>, output: Matrix<Scalar>) -> Double {
        switch self {
        case .bernoulli: Scalar.bernoulliLogLikelihood(x, logits: output)
        case .continuousBernoulli: Scalar.continuousBernoulliLogLikelihood(x, logits: output)
        case .gaussian(let gaussian): gaussian.logLikelihood(x, mean: output)
        case .discretizedLogistic(let logistic):
            Scalar.discretizedLogisticLogLikelihood(x, logistic.parameters(output))
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
        case .continuousBernoulli: Scalar.continuousBernoulliMean(outputs, into: x)
        case .gaussian: x.assign(outputs)
        case .discretizedLogistic(let logistic):
            Self.forEachRow(outputs, x) { _, output, mean in
                Scalar.discretizedLogisticMean(logistic.parameters(output), into: mean)
            }
        case .columns(let columns): columns.mode(outputs, into: x)
        }
    }

    /// Draws of x given the decoder's output, with a stream of noise for each row.
    package func draw(_ outputs: Matrix<Scalar>, _ streams: [NoiseStream], into x: Matrix<Scalar>) {
        if case .columns(let columns) = self { return columns.draw(outputs, streams, into: x) }
        Self.forEachRow(outputs, x) { row, output, x in drawRow(output, streams[row], into: x) }
    }

    private func drawRow(_ output: Matrix<Scalar>, _ stream: NoiseStream, into x: Matrix<Scalar>) {
        switch self {
        case .bernoulli:
            Scalar.activate(.sigmoid, output, into: x)
            Scalar.binarise(x, stream, into: x)
        case .continuousBernoulli: Scalar.continuousBernoulliDraw(output, stream, into: x)
        case .gaussian(let gaussian):
            x.assign(output)
            gaussian.draw(x, stream)
        case .discretizedLogistic(let logistic):
            Scalar.discretizedLogisticDraw(logistic.parameters(output), stream, into: x)
        case .columns: preconditionFailure("columns are taken many rows at a time")
        }
    }

    private static func forEachRow(
        _ a: Matrix<Scalar>, _ b: Matrix<Scalar>, _ body: (Int, Matrix<Scalar>, Matrix<Scalar>) -> Void
    ) {
        for row in 0..<a.rows { body(row, a.rows(row..<row + 1), b.rows(row..<row + 1)) }
    }

    /// Follows the parameters after they changed.
    func refresh() {
        switch self {
        case .bernoulli, .continuousBernoulli, .discretizedLogistic: break
        case .gaussian(let gaussian): gaussian.refresh()
        case .columns(let columns): columns.refresh()
        }
    }
}
