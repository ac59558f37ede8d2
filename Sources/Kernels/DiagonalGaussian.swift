/// N(mean, diag exp(logVariance)) of some rows, or the gradients of both: `[rows, latents]` each.
package struct DiagonalGaussian<Scalar: KernelScalar>: Sendable {
    package let mean: Matrix<Scalar>
    package let logVariance: Matrix<Scalar>

    package init(mean: Matrix<Scalar>, logVariance: Matrix<Scalar>) {
        precondition(mean.count == logVariance.count)
        (self.mean, self.logVariance) = (mean, logVariance)
    }

    /// Zeros.
    package init(rows: Int, columns: Int) {
        self.init(mean: Matrix(rows: rows, columns: columns), logVariance: Matrix(rows: rows, columns: columns))
    }

    package func rows(_ range: Range<Int>) -> DiagonalGaussian {
        DiagonalGaussian(mean: mean.rows(range), logVariance: logVariance.rows(range))
    }

    package func prefix(_ count: Int) -> DiagonalGaussian { rows(0..<count) }
}
