import Kernels

/// Takes the likelihood of many rows, in buffers of its own.
struct LikelihoodTerms<Scalar: KernelScalar> {
    private let likelihood: Likelihood<Scalar>
    private let workspace: ColumnsWorkspace<Scalar>?
    private let terms: Matrix<Scalar>
    /// Terms of a row: one for each column of a table, one in all for plain vectors.
    let count: Int

    /// - Parameter rows: the most that are given at once.
    init(_ likelihood: Likelihood<Scalar>, rows: Int) {
        self.likelihood = likelihood
        if case .columns(let columns) = likelihood {
            workspace = ColumnsWorkspace(columns, rows: rows)
            count = columns.termCount
        } else {
            (workspace, count) = (nil, 1)
        }
        terms = Matrix(rows: workspace == nil ? 0 : rows, columns: count)
    }

    /// log p(x given z) of each row, term by term, in nats.
    ///
    /// - Parameter result: `[rows, count]`, overwritten.
    @_specialize(where Scalar == Float)
    func write(_ targets: Matrix<Scalar>, outputs: Matrix<Scalar>, into result: Matrix<Double>) {
        switch likelihood {
        case .bernoulli, .continuousBernoulli, .gaussian, .discretizedLogistic:
            for row in 0..<targets.rows {
                let range = row..<row + 1
                result[row, 0] = likelihood.plainLogLikelihood(targets.rows(range), output: outputs.rows(range))
            }
        case .columns(let columns):
            guard let workspace else { return }
            let terms = terms.prefix(targets.rows)
            columns.terms(targets, outputs: outputs, workspace, into: terms)
            result.fill(0)
            Scalar.accumulate(terms.columns(0..<count), into: result.columns(0..<count))
        }
    }
}
