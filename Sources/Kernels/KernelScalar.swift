import RealModule

/// A number type that networks compute in: `Float` on the C kernels, `Double` on the naive references.
///
/// One text of the mathematics above serves both, so that gradients can be checked by finite differences in `Double` and
/// run in `Float`. Each function is described by its formula; shapes are preconditions.
package protocol KernelScalar: Real, BinaryFloatingPoint, Sendable {
    /// c = f(bias + a B): `[m, k]` by packed `[k, n]` into `[m, n]`.
    static func product(_ a: Matrix<Self>, _ b: PackedMatrix<Self>, _ f: Activation, into c: Matrix<Self>)
    /// Packs `weight` `[n, k]` and its bias `[1, n]`, as PyTorch stores them, as the right side of a product.
    static func pack(transposing weight: Matrix<Self>, bias: Matrix<Self>?, into packed: PackedMatrix<Self>)
    /// Packs a matrix `[k, n]` as the right side of a product.
    static func pack(_ matrix: Matrix<Self>, into packed: PackedMatrix<Self>)
    static func transpose(_ a: Matrix<Self>, into b: Matrix<Self>)

    /// y = f(x)
    static func activate(_ f: Activation, _ x: Matrix<Self>, into y: Matrix<Self>)
    /// dx = dy f′(x)
    static func activateBackward(_ f: Activation, _ x: Matrix<Self>, _ dy: Matrix<Self>, into dx: Matrix<Self>)
    /// y = value · sigmoid(gate)
    static func gate(_ value: Matrix<Self>, _ gate: Matrix<Self>, into y: Matrix<Self>)
    static func gateBackward(
        _ value: Matrix<Self>, _ gate: Matrix<Self>, _ dy: Matrix<Self>, into dValue: Matrix<Self>,
        _ dGate: Matrix<Self>)

    /// y = eˣ
    static func exponential(_ x: Matrix<Self>, into y: Matrix<Self>)
    /// y = log x, for normal positive x
    static func logarithm(_ x: Matrix<Self>, into y: Matrix<Self>)
    /// y += x
    static func add(_ x: Matrix<Self>, to y: Matrix<Self>)
    /// y = a x
    static func scale(_ x: Matrix<Self>, by a: Self, into y: Matrix<Self>)
    /// The sum of each column of `[m, n]` into `[1, n]`.
    static func columnSums(_ a: Matrix<Self>, into sums: Matrix<Self>)
    static func sumOfSquares(_ x: Matrix<Self>) -> Double

    /// σ = exp(½ log σ²)
    static func standardDeviation(_ logVariance: Matrix<Self>, into sigma: Matrix<Self>)
    /// z = μ + σ ε
    static func reparameterise(
        _ mean: Matrix<Self>, _ sigma: Matrix<Self>, _ noise: Matrix<Self>, into z: Matrix<Self>)
    /// KL(N(μ, σ²) ‖ N(0, I)) in nats, summed over all numbers given (one row).
    static func klDivergence(_ mean: Matrix<Self>, _ logVariance: Matrix<Self>) -> Double
    /// From dz and the weight w of the KL term: dμ = dz + w μ, d log σ² = ½ dz ε σ + ½ w (σ² − 1).
    static func posteriorBackward(
        _ posterior: PosteriorSample<Self>, _ dz: Matrix<Self>, klWeight: Self, into dMean: Matrix<Self>,
        _ dLogVariance: Matrix<Self>)

    /// Σ x l − softplus(l), in nats, of one row.
    static func bernoulliLogLikelihood(_ x: Matrix<Self>, logits: Matrix<Self>) -> Double
    /// dl = w (sigmoid(l) − x)
    static func bernoulliBackward(
        _ x: Matrix<Self>, logits: Matrix<Self>, weight: Self, into dLogits: Matrix<Self>)
    /// Σ (x − m)² p of one row, p the precision of each column.
    static func squaredError(_ x: Matrix<Self>, mean: Matrix<Self>, precision: Matrix<Self>) -> Double
    /// dm = w (m − x) p, for each row.
    static func gaussianBackward(
        _ x: Matrix<Self>, mean: Matrix<Self>, precision: Matrix<Self>, weight: Self, into dMean: Matrix<Self>)
    /// Σᵢ (x[i, j] − m[i, j])² into `[1, n]`.
    static func columnSquaredErrors(_ x: Matrix<Self>, mean: Matrix<Self>, into sums: Matrix<Self>)

    static func adam(_ state: AdamState<Self>, gradient: Matrix<Self>, step: AdamStep)

    /// Standard normals along the stream.
    static func normals(_ stream: NoiseStream, into x: Matrix<Self>)
    /// 1 where a uniform number is below p, else 0.
    static func binarise(_ p: Matrix<Self>, _ stream: NoiseStream, into x: Matrix<Self>)
}

/// What the backward pass needs of z = μ + σ ε.
package struct PosteriorSample<Scalar: KernelScalar> {
    package let mean: Matrix<Scalar>
    package let logVariance: Matrix<Scalar>
    package let noise: Matrix<Scalar>

    package init(mean: Matrix<Scalar>, logVariance: Matrix<Scalar>, noise: Matrix<Scalar>) {
        (self.mean, self.logVariance, self.noise) = (mean, logVariance, noise)
    }
}
