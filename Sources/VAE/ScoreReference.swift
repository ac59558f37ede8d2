import Kernels

/// What a model keeps of its data to say how strange a score is.
package enum ScoreReference: Sendable {
    case table(TableReference)
    case vectors(VectorReference)
}

/// What a table's model keeps.
///
/// Three sets of rows that do not overlap: records that the model was fitted to, as neighbours; rows that decided when to
/// stop, whose scores give each part of the ranking its scale; and rows that nothing has seen, whose ranking gives p-values.
package struct TableReference: Sendable {
    package let usual: UsualRows
    /// The parts of the ranking of the rows that give the scales, `[rows, Ranking.parts.count]`.
    package let scaleParts: Matrix<Double>
    /// The parts of the ranking of the rows that give p-values, in the same order.
    package let calibrationParts: Matrix<Double>

    package init(usual: UsualRows, scaleParts: Matrix<Double>, calibrationParts: Matrix<Double>) {
        (self.usual, self.scaleParts, self.calibrationParts) = (usual, scaleParts, calibrationParts)
    }
}

/// What usual rows are like: what the parts of a ranking measure by.
package struct UsualRows: Sendable {
    /// Coded rows `[count, width]` that the model was fitted to.
    package let neighbours: Matrix<Float>
    /// Mean and standard deviation of each column's nats, and of the KL divergence behind them: `[2, width + 1]`.
    package let cells: Matrix<Double>
    /// The median of −ELBO.
    package let medianScore: Double

    package init(neighbours: Matrix<Float>, cells: Matrix<Double>, medianScore: Double) {
        (self.neighbours, self.cells, self.medianScore) = (neighbours, cells, medianScore)
    }
}
