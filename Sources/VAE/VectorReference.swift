import Kernels

/// What a model of plain vectors keeps of its data to say how strange a score is: numbers only, no records.
package struct VectorReference: Sendable {
    /// The median of −ELBO of the rows that decided when to stop.
    package let medianScore: Double
    /// The parts of the ranking of rows that nothing has seen, `[rows, Ranking.vectorParts.count]`.
    package let calibrationParts: Matrix<Double>

    package init(medianScore: Double, calibrationParts: Matrix<Double>) {
        (self.medianScore, self.calibrationParts) = (medianScore, calibrationParts)
    }
}
