import Kernels

/// Independent normal columns with one σ each, or one σ for all.
///
/// Of 8-bit images the density is that of pixels scaled to [0, 1]: `BitsPerDimension` has the change of variables.
package struct GaussianLikelihood<Scalar: KernelScalar>: Sendable {
    /// The learned number s of each column, or the one of all, a view into the parameters; nil when σ is fixed.
    package let scale: Matrix<Scalar>?
    let floor: Scalar
    /// `[1, columns]`
    package let sigma: Matrix<Scalar>
    package let precision: Matrix<Scalar>
    /// One number: Σ ½ log 2π + log σ, in nats.
    private let normaliser = Matrix<Double>(rows: 1, columns: 1)

    init(sigma value: Double, columns: Int) {
        scale = nil
        floor = 0
        sigma = Matrix(rows: 1, columns: columns)
        precision = Matrix(rows: 1, columns: columns)
        sigma.fill(Scalar(value))
        derive()
    }

    /// - Parameter scale: `[1, columns]`, or one number for all columns.
    init(scale: Matrix<Scalar>, floor: Double, columns: Int) {
        precondition(scale.count == columns || scale.count == 1)
        self.scale = scale
        self.floor = Scalar(floor)
        sigma = Matrix(rows: 1, columns: columns)
        precision = Matrix(rows: 1, columns: columns)
        refresh()
    }

    /// Computes σ = floor + softplus(s) anew, after the parameters changed.
    func refresh() {
        guard let scale else { return }
        let learned = sigma.slice(from: 0, rows: 1, columns: scale.count)
        Scalar.activate(.softplus, scale, into: learned)
        for j in 0..<scale.count { sigma[j] += floor }
        if scale.count == 1 { sigma.fill(sigma[0]) }
        derive()
    }

    private func derive() {
        for j in 0..<sigma.count { precision[j] = 1 / (sigma[j] * sigma[j]) }
        let logarithm = Matrix<Scalar>(rows: 1, columns: sigma.count)
        Scalar.logarithm(sigma, into: logarithm)
        normaliser[0] = logarithm.values.reduce(Double(sigma.count) * ExactMath.halfLogTwoPi) { $0 + Double($1) }
    }

    /// Σ −½ log 2π − log σ − ½ ((x − m) / σ)²
    func logLikelihood(_ x: Matrix<Scalar>, mean: Matrix<Scalar>) -> Double {
        -normaliser[0] - 0.5 * Scalar.squaredError(x, mean: mean, precision: precision)
    }

    func draw(_ means: Matrix<Scalar>, _ stream: NoiseStream) {
        let noise = Matrix<Scalar>(rows: 1, columns: means.count)
        Scalar.normals(stream, into: noise)
        Scalar.reparameterise(Matrix(means.values), sigma, noise, into: means)
    }

    /// Adds to `gradient` the derivative of −w Σ log p by s: w (N − Σ ((x − m)/σ)²) / σ · sigmoid(s),
    /// summed over the columns where they share s.
    ///
    /// - Parameter squaredErrors: Σ (x − m)² of each column over the rows.
    package func addScaleGradient(squaredErrors: Matrix<Scalar>, rows: Int, weight: Scalar, to gradient: Matrix<Scalar>)
    {
        guard let scale else { return }
        let slope = Matrix<Scalar>(rows: 1, columns: scale.count)
        Scalar.activate(.sigmoid, scale, into: slope)
        for j in 0..<sigma.count {
            let excess = Scalar(rows) - squaredErrors[j] * precision[j]
            let place = scale.count == 1 ? 0 : j
            gradient[place] += weight * excess / sigma[j] * slope[place]
        }
    }
}
