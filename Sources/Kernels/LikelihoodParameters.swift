import RealModule

/// What Gaussian and Student-t cells are measured by, `[rows, n]` each. A scale that all rows share is broadcast.
package struct LocationScale<Scalar: KernelScalar> {
    package let mean: ColumnBlock<Scalar>
    /// 1/σ, from `scales`.
    package let inverse: ColumnBlock<Scalar>
    /// log σ, from `scales`; gradients do not read it.
    package let logarithm: ColumnBlock<Scalar>

    package init(mean: ColumnBlock<Scalar>, inverse: ColumnBlock<Scalar>, logarithm: ColumnBlock<Scalar>) {
        precondition(inverse.hasShape(of: mean) && logarithm.hasShape(of: mean))
        (self.mean, self.inverse, self.logarithm) = (mean, inverse, logarithm)
    }
}

/// The degrees of freedom ν > 0 of Student-t columns, and the part of log p that depends on them alone.
package struct StudentShape<Scalar: KernelScalar> {
    /// ν of each column, `[1, n]`.
    package let degrees: Matrix<Scalar>
    /// log Γ((ν + 1)/2) − log Γ(ν/2) − ½ log νπ, `[1, n]`.
    package let constant: Matrix<Scalar>

    package init(degrees: [Double]) {
        precondition(degrees.allSatisfy { $0 > 0 })
        self.degrees = Matrix(degrees.map { Scalar($0) })
        constant = Matrix(degrees.map { Scalar(Self.constant($0)) })
    }

    private static func constant(_ nu: Double) -> Double {
        ExactMath.logGamma((nu + 1) / 2) - ExactMath.logGamma(nu / 2) - ExactMath.log(nu * .pi) / 2
    }
}

/// What the discretised logistic measures the pixels of one record by: location m and scale s = floor + softplus(raw), held
/// within 10⁻²⁰ … 10¹⁵, where a level is 1/256 wide.
package struct LogisticParameters<Scalar: KernelScalar> {
    /// m of each number, `[1, n]`.
    package let location: Matrix<Scalar>
    /// `[1, n]`
    package let rawScale: Matrix<Scalar>
    package let floor: Scalar

    package init(location: Matrix<Scalar>, rawScale: Matrix<Scalar>, floor: Scalar) {
        precondition(location.count == rawScale.count)
        (self.location, self.rawScale, self.floor) = (location, rawScale, floor)
    }
}

/// How terms of columns with levels treat a level that training did not see.
package struct LevelConstants<Scalar: KernelScalar>: Sendable {
    /// The term of an unknown level: log ε.
    package let unknown: Scalar
    /// What is added to the term of a known level: log(1 − ε).
    package let known: Scalar

    package init(unknown: Scalar, known: Scalar) {
        (self.unknown, self.known) = (unknown, known)
    }
}

/// The parameters of an ordinal column, P(x ≤ r) = sigmoid(θᵣ − h), or the gradients of both.
package struct OrdinalParameters<Scalar: KernelScalar> {
    /// h of each row, `[rows, 1]`.
    package let location: ColumnBlock<Scalar>
    /// θ, increasing, one fewer than there are levels: `[1, levels − 1]`.
    package let thresholds: Matrix<Scalar>

    package var levels: Int { thresholds.columns + 1 }

    package init(location: ColumnBlock<Scalar>, thresholds: Matrix<Scalar>) {
        precondition(location.columns == 1 && thresholds.rows == 1)
        (self.location, self.thresholds) = (location, thresholds)
    }
}

/// The parameters of negative binomial columns: counts of mean m and variance m + m²/θ.
package struct NegativeBinomialParameters<Scalar: KernelScalar> {
    /// log m of each cell, `[rows, n]`; held below 20.
    package let logMean: ColumnBlock<Scalar>
    /// log θ of each column, `[1, n]`; held within ±20.
    package let logTheta: Matrix<Scalar>

    package init(logMean: ColumnBlock<Scalar>, logTheta: Matrix<Scalar>) {
        precondition(logTheta.rows == 1 && logTheta.columns == logMean.columns)
        (self.logMean, self.logTheta) = (logMean, logTheta)
    }
}
