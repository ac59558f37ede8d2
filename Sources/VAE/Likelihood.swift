import Kernels

/// p(x given z) for records x, given what the decoder puts out: logits (Bernoulli) or means (Gaussian).
package enum Likelihood<Scalar: KernelScalar>: Sendable {
    case bernoulli
    case gaussian(GaussianLikelihood<Scalar>)

    init(_ specification: LikelihoodSpecification, in parameters: Parameters<Scalar>, columns: Int) {
        switch specification {
        case .bernoulli: self = .bernoulli
        case .gaussian(.fixed(let sigma)):
            self = .gaussian(GaussianLikelihood(sigma: sigma, columns: columns))
        case .gaussian(.learned(let floor)):
            self = .gaussian(GaussianLikelihood(scale: parameters["likelihood.scale"], floor: floor))
        }
    }

    /// log p(x given z) of one row, summed over columns, in nats.
    package func logLikelihood(_ x: Matrix<Scalar>, output: Matrix<Scalar>) -> Double {
        switch self {
        case .bernoulli: Scalar.bernoulliLogLikelihood(x, logits: output)
        case .gaussian(let gaussian): gaussian.logLikelihood(x, mean: output)
        }
    }

    /// E[x given z] from the decoder's output, in place.
    package func mean(_ output: Matrix<Scalar>) {
        if case .bernoulli = self { Scalar.activate(.sigmoid, output, into: output) }
    }

    /// A draw of x from its means, in place, with the noise of each row's stream.
    package func draw(_ means: Matrix<Scalar>, _ stream: NoiseStream) {
        switch self {
        case .bernoulli: Scalar.binarise(means, stream, into: means)
        case .gaussian(let gaussian): gaussian.draw(means, stream)
        }
    }
}

/// Independent normal columns with one σ each.
package struct GaussianLikelihood<Scalar: KernelScalar>: Sendable {
    /// The learned number s of each column, a view into the parameters; nil when σ is fixed.
    package let scale: Matrix<Scalar>?
    let floor: Scalar
    /// `[1, columns]`
    package let sigma: Matrix<Scalar>
    package let precision: Matrix<Scalar>
    private let logarithm: Matrix<Scalar>

    init(sigma value: Double, columns: Int) {
        scale = nil
        floor = 0
        sigma = Matrix(rows: 1, columns: columns)
        precision = Matrix(rows: 1, columns: columns)
        logarithm = Matrix(rows: 1, columns: columns)
        sigma.fill(Scalar(value))
        derive()
    }

    init(scale: Matrix<Scalar>, floor: Double) {
        self.scale = scale
        self.floor = Scalar(floor)
        sigma = Matrix(rows: 1, columns: scale.count)
        precision = Matrix(rows: 1, columns: scale.count)
        logarithm = Matrix(rows: 1, columns: scale.count)
        refresh()
    }

    /// Computes σ = floor + softplus(s) anew, after the parameters changed.
    func refresh() {
        guard let scale else { return }
        Scalar.activate(.softplus, scale, into: sigma)
        for j in 0..<sigma.count { sigma[j] += floor }
        derive()
    }

    private func derive() {
        for j in 0..<sigma.count { precision[j] = 1 / (sigma[j] * sigma[j]) }
        Scalar.logarithm(sigma, into: logarithm)
    }

    /// Σ −½ log 2π − log σ − ½ ((x − m) / σ)²
    func logLikelihood(_ x: Matrix<Scalar>, mean: Matrix<Scalar>) -> Double {
        var constant = Double(sigma.count) * ExactMath.halfLogTwoPi
        for j in 0..<logarithm.count { constant += Double(logarithm[j]) }
        return -constant - 0.5 * Scalar.squaredError(x, mean: mean, precision: precision)
    }

    func draw(_ means: Matrix<Scalar>, _ stream: NoiseStream) {
        let noise = Matrix<Scalar>(rows: 1, columns: means.count)
        Scalar.normals(stream, into: noise)
        Scalar.reparameterise(Matrix(means.values), sigma, noise, into: means)
    }

    /// Adds to `gradient` the derivative of −w Σ log p by s: w (N − Σ ((x − m)/σ)²) / σ · sigmoid(s).
    ///
    /// - Parameter squaredErrors: Σ (x − m)² of each column over the rows.
    package func addScaleGradient(squaredErrors: Matrix<Scalar>, rows: Int, weight: Scalar, to gradient: Matrix<Scalar>)
    {
        guard let scale else { return }
        let slope = Matrix<Scalar>(rows: 1, columns: scale.count)
        Scalar.activate(.sigmoid, scale, into: slope)
        for j in 0..<scale.count {
            let excess = Scalar(rows) - squaredErrors[j] * precision[j]
            gradient[j] += weight * excess / sigma[j] * slope[j]
        }
    }
}
