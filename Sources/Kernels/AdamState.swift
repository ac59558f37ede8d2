/// The weights that Adam moves, its two moments, and the exponential moving average of the weights; all of one shape.
package struct AdamState<Scalar: KernelScalar>: Sendable {
    package let weights: Matrix<Scalar>
    package let firstMoment: Matrix<Scalar>
    package let secondMoment: Matrix<Scalar>
    package let average: Matrix<Scalar>

    /// Starts with zero moments and the average at the weights.
    package init(weights: Matrix<Scalar>) {
        let count = weights.count
        self.weights = weights
        firstMoment = Matrix(rows: 1, columns: count)
        secondMoment = Matrix(rows: 1, columns: count)
        average = Matrix(weights.values)
    }

    private init(_ state: AdamState, from start: Int, count: Int) {
        weights = state.weights.slice(from: start, rows: 1, columns: count)
        firstMoment = state.firstMoment.slice(from: start, rows: 1, columns: count)
        secondMoment = state.secondMoment.slice(from: start, rows: 1, columns: count)
        average = state.average.slice(from: start, rows: 1, columns: count)
    }

    /// A view of part of the parameters, so that workers can share a step.
    package func slice(from start: Int, count: Int) -> AdamState {
        AdamState(self, from: start, count: count)
    }
}

/// The numbers of one step of Adam. Source: Kingma and Ba 2015, algorithm 1 (arXiv:1412.6980).
package struct AdamStep: Sendable {
    package var learningRate: Double
    package var beta1 = 0.9
    package var beta2 = 0.999
    package var epsilon = 1e-8
    /// 1 − β₁ᵗ and 1 − β₂ᵗ.
    package var correction1 = 1.0
    package var correction2 = 1.0
    /// Factor on the gradient, below 1 when it is clipped.
    package var gradientScale = 1.0
    /// Decay of the average of the weights; 0 keeps the average at the weights.
    package var averageDecay = 0.0

    package init(learningRate: Double) {
        self.learningRate = learningRate
    }
}
