import RealModule

/// Every kernel again, written as its formula, in any precision: what the C kernels are tested against.
package enum Naive<Scalar: KernelScalar> {
    /// The sum takes its terms in order of k, each by a fused multiply-add, as the kernels promise.
    package static func product(
        _ a: Matrix<Scalar>, _ b: PackedMatrix<Scalar>, _ f: Activation, into c: Matrix<Scalar>
    ) {
        precondition(a.columns == b.inputs && c.columns == b.outputs && a.rows == c.rows && b.precision == .float32)
        for i in 0..<a.rows {
            for j in 0..<b.outputs {
                var sum = panel(b, row: 0, output: j)
                for k in 0..<b.inputs { sum.addProduct(a[i, k], panel(b, row: k + 1, output: j)) }
                c[i, j] = value(f, sum)
            }
        }
    }

    private static func panel(_ b: PackedMatrix<Scalar>, row: Int, output j: Int) -> Scalar {
        let width = PackedMatrix<Scalar>.panelWidth
        return b.panels[j / width, row * width + j % width]
    }

    package static func pack(
        transposing weight: Matrix<Scalar>, bias: Matrix<Scalar>?, into packed: PackedMatrix<Scalar>
    ) {
        packed.panels.fill(0)
        for j in 0..<packed.outputs {
            if let bias { set(packed, row: 0, output: j, to: bias[j]) }
            for k in 0..<packed.inputs { set(packed, row: k + 1, output: j, to: weight[j, k]) }
        }
    }

    package static func pack(_ matrix: Matrix<Scalar>, into packed: PackedMatrix<Scalar>) {
        packed.panels.fill(0)
        for j in 0..<packed.outputs {
            for k in 0..<packed.inputs { set(packed, row: k + 1, output: j, to: matrix[k, j]) }
        }
    }

    private static func set(_ b: PackedMatrix<Scalar>, row: Int, output j: Int, to value: Scalar) {
        let width = PackedMatrix<Scalar>.panelWidth
        b.panels[j / width, row * width + j % width] = value
    }

    /// x with eight bits of significand: the nearest such number, ties to even; the largest of them in place of infinity.
    package static func bfloat16(_ x: Float) -> Float {
        let unit = x.ulp * 65536
        let rounded = (x / unit).rounded(.toNearestOrEven) * unit
        return rounded.isFinite ? rounded : (x / unit).rounded(.towardZero) * unit
    }

    package static func transpose(_ a: Matrix<Scalar>, into b: Matrix<Scalar>) {
        for i in 0..<a.rows { for j in 0..<a.columns { b[j, i] = a[i, j] } }
    }

    package static func columnSums(_ a: Matrix<Scalar>, into sums: Matrix<Scalar>) {
        for j in 0..<a.columns { sums[j] = (0..<a.rows).reduce(0) { $0 + a[$1, j] } }
    }

    package static func sumOfSquares(_ x: Matrix<Scalar>) -> Double {
        (0..<x.count).reduce(0) { $0 + Double(x[$1]) * Double(x[$1]) }
    }

    package static func adam(_ state: AdamState<Scalar>, gradient: Matrix<Scalar>, step: AdamStep) {
        let (beta1, beta2, decay) = (Scalar(step.beta1), Scalar(step.beta2), Scalar(step.averageDecay))
        for i in 0..<gradient.count {
            let g = gradient[i] * Scalar(step.gradientScale)
            let m = beta1 * state.firstMoment[i] + (1 - beta1) * g
            let v = beta2 * state.secondMoment[i] + (1 - beta2) * g * g
            let size = (v / Scalar(step.correction2)).squareRoot() + Scalar(step.epsilon)
            let w = state.weights[i] - Scalar(step.learningRate) * (m / Scalar(step.correction1)) / size
            (state.firstMoment[i], state.secondMoment[i], state.weights[i]) = (m, v, w)
            state.average[i] = decay * state.average[i] + (1 - decay) * w
        }
    }

    /// Writes f of each number.
    static func map(_ x: Matrix<Scalar>, into y: Matrix<Scalar>, _ f: (Scalar) -> Scalar) {
        precondition(x.count == y.count)
        for i in 0..<x.count { y[i] = f(x[i]) }
    }
}
