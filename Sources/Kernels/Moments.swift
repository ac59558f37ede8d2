/// Mean and biased variance: of each group of each row `[rows, groups]`, or of each column `[1, columns]`.
package struct Moments<Scalar: KernelScalar>: Sendable {
    /// Added to a variance before its root is taken, as PyTorch does unless told otherwise.
    package static var epsilon: Scalar { 1e-5 }

    package let mean: Matrix<Scalar>
    package let variance: Matrix<Scalar>

    package init(mean: Matrix<Scalar>, variance: Matrix<Scalar>) {
        precondition(mean.rows == variance.rows && mean.columns == variance.columns)
        (self.mean, self.variance) = (mean, variance)
    }

    /// Room for moments.
    package init(rows: Int, columns: Int) {
        self.init(mean: Matrix(rows: rows, columns: columns), variance: Matrix(rows: rows, columns: columns))
    }

    /// Those of the first rows.
    package func prefix(_ count: Int) -> Moments {
        Moments(mean: mean.prefix(count), variance: variance.prefix(count))
    }
}
