import Kernels
import VAE

/// The likelihood's part of a pass over some rows, in buffers of its own: log p forward, and its gradient backward.
struct LikelihoodTape<Scalar: KernelScalar> {
    private let likelihood: Likelihood<Scalar>
    private let columns: (workspace: ColumnsWorkspace<Scalar>, terms: Matrix<Scalar>)?
    /// Where `backward` leaves the gradients of the likelihood's own tensors.
    private let gradients: Parameters<Scalar>
    /// `[1, recordDimension]` for sums over rows, or for one row.
    private let row: Matrix<Scalar>

    /// - Parameter rows: the most rows that a pass has.
    init(_ model: VariationalAutoencoder<Scalar>, rows: Int, gradients: Parameters<Scalar>) {
        (likelihood, self.gradients) = (model.likelihood, gradients)
        row = Matrix(rows: 1, columns: model.architecture.recordDimension)
        if case .columns(let columns) = model.likelihood {
            self.columns = (
                ColumnsWorkspace(columns, rows: rows), Matrix(rows: rows, columns: columns.termCount)
            )
        } else {
            columns = nil
        }
    }

    /// Σ log p(x given z) of the rows, in nats.
    ///
    /// - Parameters:
    ///   - x: the targets.
    ///   - y: what the decoder puts out.
    func logLikelihood(_ x: Matrix<Scalar>, _ y: Matrix<Scalar>) -> Double {
        if case .columns(let likelihood) = likelihood, let columns {
            let terms = columns.terms.prefix(x.rows)
            likelihood.terms(x, outputs: y, columns.workspace, into: terms)
            let sums = Matrix<Double>(rows: 1, columns: terms.columns)
            Scalar.accumulate(terms.columns(0..<terms.columns), into: ColumnBlock(broadcasting: sums, rows: x.rows))
            return sums.values.reduce(0, +)
        }
        return (0..<x.rows).reduce(0) { sum, row in
            sum + likelihood.plainLogLikelihood(x.rows(row..<row + 1), output: y.rows(row..<row + 1))
        }
    }

    /// The gradient of −w Σ log p, after `logLikelihood` of the same rows; that of the likelihood's own tensors replaces what
    /// is in `gradients`.
    ///
    /// - Parameter dy: overwritten with the gradient by `y`.
    func backward(_ x: Matrix<Scalar>, _ y: Matrix<Scalar>, weight: Scalar, into dy: Matrix<Scalar>) {
        switch likelihood {
        case .bernoulli: Scalar.bernoulliBackward(x, logits: y, weight: weight, into: dy)
        case .continuousBernoulli: Scalar.continuousBernoulliBackward(x, logits: y, weight: weight, into: dy)
        case .gaussian(let gaussian): backward(gaussian, x, y, weight: weight, into: dy)
        case .discretizedLogistic(let logistic): backward(logistic, x, y, weight: weight, into: dy)
        case .columns(let likelihood):
            guard let columns else { return }
            likelihood.backward(x, outputs: y, weight: weight, columns.workspace, into: dy, gradients: gradients)
        }
    }

    private func backward(
        _ gaussian: GaussianLikelihood<Scalar>, _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, weight: Scalar,
        into dy: Matrix<Scalar>
    ) {
        Scalar.gaussianBackward(x, mean: y, precision: gaussian.precision, weight: weight, into: dy)
        guard gaussian.scale != nil else { return }
        Scalar.columnSquaredErrors(x, mean: y, into: row)
        let gradient = gradients["likelihood.scale"]
        gradient.fill(0)
        gaussian.addScaleGradient(squaredErrors: row, rows: x.rows, weight: weight, to: gradient)
    }

    private func backward(
        _ logistic: LogisticLikelihood<Scalar>, _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, weight: Scalar,
        into dy: Matrix<Scalar>
    ) {
        let gradient = logistic.rawScale == nil ? nil : gradients["likelihood.scale"]
        gradient?.fill(0)
        for i in 0..<x.rows {
            let range = i..<i + 1
            logistic.backward(x.rows(range), output: y.rows(range), weight: weight, into: dy.rows(range), row)
            if let gradient { Scalar.add(row, to: gradient) }
        }
    }
}
