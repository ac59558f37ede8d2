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

    /// log Σ_c π_c N(z; m_c, σ_c²) of each row of z, in nats, and each component's share of it `[rows, components]`.
    static func mixtureLogDensity(
        _ z: Matrix<Self>, _ p: Mixture<Self>, shares: Matrix<Self>, into densities: Matrix<Double>)
    /// The gradient of −Σ wᵣ log p(zᵣ), added to dz and to `gradient`.
    static func mixtureBackward(
        _ z: Matrix<Self>, _ p: Mixture<Self>, shares: Matrix<Self>, weights: Matrix<Self>, into dz: Matrix<Self>,
        _ gradient: MixtureGradient<Self>)
    /// KL(q ‖ p) in nats, summed over all numbers given (one row).
    static func gaussianDivergence(_ q: DiagonalGaussian<Self>, _ p: DiagonalGaussian<Self>) -> Double
    /// The gradient of w KL(q ‖ p), for all rows.
    static func gaussianDivergenceBackward(
        _ q: DiagonalGaussian<Self>, _ p: DiagonalGaussian<Self>, weight: Self, into dq: DiagonalGaussian<Self>,
        _ dp: DiagonalGaussian<Self>)
    /// log p(z) in nats, summed over all numbers given (one row).
    static func gaussianLogDensity(_ z: Matrix<Self>, _ p: DiagonalGaussian<Self>) -> Double
    /// d log σ² = ½ (dz ε σ − w): through z = μ + σ ε, with a gain of w for each nat of entropy.
    static func entropyBackward(
        _ logVariance: Matrix<Self>, noise: Matrix<Self>, _ dz: Matrix<Self>, weight: Self,
        into dLogVariance: Matrix<Self>)

    /// y = (x − μ) exp(−½ log σ²), all of one row; the result is Σ log σ². x and y may be the same.
    static func couple(_ x: Matrix<Self>, _ p: DiagonalGaussian<Self>, into y: Matrix<Self>) -> Double
    /// From dy of some rows, and a loss of ½ w Σ log σ² for each: dx (which may be dy), dμ = −dx and d log σ².
    static func coupleBackward(
        _ y: Matrix<Self>, logVariance: Matrix<Self>, _ dy: Matrix<Self>, weight: Self, into dx: Matrix<Self>,
        _ dp: DiagonalGaussian<Self>)

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

    // Pixels, x in [0, 1]. E is the mean of the continuous Bernoulli, 1/(1 − e⁻ˡ) − 1/l.

    /// Σ x l − log((eˡ − 1)/l), in nats, of one row.
    static func continuousBernoulliLogLikelihood(_ x: Matrix<Self>, logits: Matrix<Self>) -> Double
    /// dl = w (E(l) − x)
    static func continuousBernoulliBackward(
        _ x: Matrix<Self>, logits: Matrix<Self>, weight: Self, into dLogits: Matrix<Self>)
    /// x = E(l)
    static func continuousBernoulliMean(_ logits: Matrix<Self>, into x: Matrix<Self>)
    /// A draw of each number, by the inverse of the distribution function.
    static func continuousBernoulliDraw(_ logits: Matrix<Self>, _ stream: NoiseStream, into x: Matrix<Self>)
    /// Σ log(sigmoid(a) − sigmoid(b)), in nats, of one row: a = ((k + 1)/256 − m)/s and b = (k/256 − m)/s, k the whole
    /// number nearest 255 x; the lowest and the highest level are open.
    static func discretizedLogisticLogLikelihood(_ x: Matrix<Self>, _ p: LogisticParameters<Self>) -> Double
    /// Of one row, the gradients by location and raw scale, overwritten.
    static func discretizedLogisticBackward(
        _ x: Matrix<Self>, _ p: LogisticParameters<Self>, weight: Self, into dLocation: Matrix<Self>,
        _ dRawScale: Matrix<Self>)
    /// x = E[k]/255 of one row, to 7·10⁻⁶ for s of 1/512 or more.
    static func discretizedLogisticMean(_ p: LogisticParameters<Self>, into x: Matrix<Self>)
    /// A level k/255 for each number of one row: m + s log(u/(1 − u)), put on its level.
    static func discretizedLogisticDraw(_ p: LogisticParameters<Self>, _ stream: NoiseStream, into x: Matrix<Self>)

    // log p in nats of each cell of a group of columns, `[rows, n]`, written over `terms`, and the gradients of −w Σ terms.
    // A record's NaN is missing: its term and its gradients are exactly 0. Only what is read may be broadcast.

    /// From the raw scale of a cell and the floor `[1, n]` of its column: 1/σ and log σ, σ = max(floor + softplus(raw), 10⁻²⁰).
    static func scales(
        _ raw: ColumnBlock<Self>, floor: Matrix<Self>, into inverse: ColumnBlock<Self>,
        _ logarithm: ColumnBlock<Self>)
    /// d raw = d log σ · sigmoid(raw)/σ; dRaw may be dLogSigma.
    static func scalesBackward(
        _ raw: ColumnBlock<Self>, floor: Matrix<Self>, _ dLogSigma: ColumnBlock<Self>,
        into dRaw: ColumnBlock<Self>)
    /// −½ log 2π − log σ − ½ r², r = (x − m)/σ held within ±10¹⁶.
    static func gaussianTerms(_ x: ColumnBlock<Self>, _ p: LocationScale<Self>, into terms: ColumnBlock<Self>)
    /// dm = −w r/σ, d log σ = w (1 − r²).
    static func gaussianTermsBackward(
        _ x: ColumnBlock<Self>, _ p: LocationScale<Self>, weight: Self, into dMean: ColumnBlock<Self>,
        _ dLogSigma: ColumnBlock<Self>)
    /// log Γ((ν+1)/2) − log Γ(ν/2) − ½ log νπ − log σ − ½ (ν + 1) log(1 + r²/ν), r as above.
    static func studentTerms(
        _ x: ColumnBlock<Self>, _ p: LocationScale<Self>, _ shape: StudentShape<Self>,
        into terms: ColumnBlock<Self>)
    /// dm = −w (ν + 1) r/(ν + r²)/σ, d log σ = w (1 − (ν + 1) r²/(ν + r²)).
    static func studentTermsBackward(
        _ x: ColumnBlock<Self>, _ p: LocationScale<Self>, _ shape: StudentShape<Self>, weight: Self,
        into dMean: ColumnBlock<Self>, _ dLogSigma: ColumnBlock<Self>)
    /// x l − softplus(l) + known for x of 0 and 1; what is neither is an unknown level.
    static func bernoulliTerms(
        _ x: ColumnBlock<Self>, logits: ColumnBlock<Self>, _ constants: LevelConstants<Self>,
        into terms: ColumnBlock<Self>)
    /// dl = w (sigmoid(l) − x); 0 for an unknown level.
    static func bernoulliTermsBackward(
        _ x: ColumnBlock<Self>, logits: ColumnBlock<Self>, weight: Self, into dLogits: ColumnBlock<Self>)
    /// One column x `[rows, 1]` of levels 0…K−1, logits `[rows, K]`: lₓ − log Σ exp(l) + known, into `[rows, 1]`.
    /// What is no level is unknown.
    static func categoricalTerms(
        _ x: ColumnBlock<Self>, logits: ColumnBlock<Self>, _ constants: LevelConstants<Self>,
        into terms: ColumnBlock<Self>)
    /// dl = w (softmax(l) − onehot(x)); 0 for an unknown level.
    static func categoricalTermsBackward(
        _ x: ColumnBlock<Self>, logits: ColumnBlock<Self>, weight: Self, into dLogits: ColumnBlock<Self>)
    /// One column x `[rows, 1]` of levels 0…K−1: log(sigmoid(θₓ − h) − sigmoid(θₓ₋₁ − h)) + known, the ends open. What is
    /// no level is unknown.
    static func ordinalTerms(
        _ x: ColumnBlock<Self>, _ p: OrdinalParameters<Self>, _ constants: LevelConstants<Self>,
        into terms: ColumnBlock<Self>)
    /// Writes dh of each row, and adds dθ of the rows in order to the thresholds; 0 for an unknown level.
    static func ordinalTermsBackward(
        _ x: ColumnBlock<Self>, _ p: OrdinalParameters<Self>, weight: Self, into gradient: OrdinalParameters<Self>)
    /// Counts: x ρ − exp ρ − log x!, ρ the log rate held below 20.
    static func poissonTerms(_ x: ColumnBlock<Self>, logRate: ColumnBlock<Self>, into terms: ColumnBlock<Self>)
    /// dρ = w (exp ρ − x); 0 above 20.
    static func poissonTermsBackward(
        _ x: ColumnBlock<Self>, logRate: ColumnBlock<Self>, weight: Self, into dLogRate: ColumnBlock<Self>)
    /// Counts: log Γ(x+θ) − log Γ(θ) − log x! + θ log(θ/(m+θ)) + x log(m/(m+θ)).
    static func negativeBinomialTerms(
        _ x: ColumnBlock<Self>, _ p: NegativeBinomialParameters<Self>, into terms: ColumnBlock<Self>)
    /// d log m of each cell and d log θ of each cell (the caller sums over rows); 0 beyond the limits of either.
    static func negativeBinomialTermsBackward(
        _ x: ColumnBlock<Self>, _ p: NegativeBinomialParameters<Self>, weight: Self,
        into dLogMean: ColumnBlock<Self>, _ dLogTheta: ColumnBlock<Self>)

    /// Adds each column's sum, rows in order, to `[1, n]`.
    static func addColumnSums(_ a: ColumnBlock<Self>, to sums: Matrix<Self>)
    /// sums += terms in double, rows in order: a broadcast row takes the sum of all.
    static func accumulate(_ terms: ColumnBlock<Self>, into sums: ColumnBlock<Double>)

    static func adam(_ state: AdamState<Self>, gradient: Matrix<Self>, step: AdamStep)

    /// Standard normals along the stream.
    static func normals(_ stream: NoiseStream, into x: Matrix<Self>)
    /// 1 where a uniform number is below p, else 0.
    static func binarise(_ p: Matrix<Self>, _ stream: NoiseStream, into x: Matrix<Self>)

    /// y[i, j] = factors[i] x[i, j], a factor for each row.
    static func scaleRows(_ x: Matrix<Self>, by factors: Matrix<Self>, into y: Matrix<Self>)
    /// c += aᵀ b, `[k, m]` and `[k, n]` to `[m, n]`, the terms in order of k.
    static func addOuterProducts(_ a: Matrix<Self>, _ b: Matrix<Self>, to c: Matrix<Self>)

    // Images are rows of matrices, `[rows, height · width · channels]`, the channels last.

    /// What each window sees, zeros outside the image: `[rows · output places, kernel height · kernel width · channels]` (im2col).
    static func unfold(_ x: Matrix<Self>, _ map: WindowMap, into columns: Matrix<Self>)
    /// y = f(bias + unfold(x) · B), with the bits of the two in turn; y `[rows · output places, outputs]`.
    ///
    /// - Parameter room: of at least `map.room` numbers; overwritten.
    static func convolve(
        _ x: Matrix<Self>, _ map: WindowMap, _ packed: PackedMatrix<Self>, _ f: Activation, into y: Matrix<Self>,
        room: Matrix<Self>)
    /// Numbers that `packPhases` writes; 0 where `convolveTransposed` does not serve.
    static func phaseNumbers(_ map: WindowMap, inputs: Int) -> Int
    /// Packs `weight` `[inputs, kernel taps · channels]` and `bias` `[1, channels]` for `convolveTransposed`.
    static func packPhases(_ weight: Matrix<Self>, bias: Matrix<Self>, _ map: WindowMap, into phases: Matrix<Self>)
    /// x = f(bias + fold(y · weight)), each number with one accumulator, its terms in the order of the places of y.
    ///
    /// - Parameters:
    ///   - y: `[rows, output places · inputs]`
    ///   - phases: from `packPhases`.
    ///   - room: of at least `map.transposedRoom(inputs:)` numbers; overwritten.
    static func convolveTransposed(
        _ y: Matrix<Self>, _ map: WindowMap, phases: Matrix<Self>, _ f: Activation, into x: Matrix<Self>,
        room: Matrix<Self>)
    /// x = bias + the adjoint of `unfold` (col2im), the windows added in order; bias `[1, channels]`, zeros if nil.
    static func fold(_ columns: Matrix<Self>, _ map: WindowMap, bias: Matrix<Self>?, into x: Matrix<Self>)
    /// The largest number that each window sees in each channel; padding is never the largest.
    static func maxPool(_ x: Matrix<Self>, _ map: WindowMap, into y: Matrix<Self>)
    /// dx of `maxPool`: dy goes to the first of the largest.
    static func maxPoolBackward(_ x: Matrix<Self>, _ map: WindowMap, _ dy: Matrix<Self>, into dx: Matrix<Self>)
    /// The mean of each window and channel; padding counts as zeros.
    static func averagePool(_ x: Matrix<Self>, _ map: WindowMap, into y: Matrix<Self>)
    static func averagePoolBackward(_ map: WindowMap, _ dy: Matrix<Self>, into dx: Matrix<Self>)
    /// Repeats each place of images of the shape in a square of factor × factor places.
    static func upsample(_ x: Matrix<Self>, _ shape: ImageShape, factor: Int, into y: Matrix<Self>)
    static func upsampleBackward(_ dy: Matrix<Self>, _ shape: ImageShape, factor: Int, into dx: Matrix<Self>)
    /// Each row's `[places, channels]` to `[channels, places]`.
    static func channelsFirst(_ x: Matrix<Self>, channels: Int, into y: Matrix<Self>)
    /// Each row's `[channels, places]` to `[places, channels]`.
    static func channelsLast(_ x: Matrix<Self>, channels: Int, into y: Matrix<Self>)

    /// The moments of each group of each row.
    static func groupMoments(_ x: Matrix<Self>, _ groups: ChannelGroups, into moments: Moments<Self>)
    static func normalise(_ x: Matrix<Self>, _ by: GroupNormalisation<Self>, into y: Matrix<Self>)
    /// dx with n = (x − mean)/σ through the moments of x, dγ = Σ dy n and dβ = Σ dy.
    static func normaliseBackward(
        _ x: Matrix<Self>, _ by: GroupNormalisation<Self>, _ dy: Matrix<Self>, into dx: Matrix<Self>,
        _ gradient: Affine<Self>)
    /// The moments of each column.
    static func columnMoments(_ x: Matrix<Self>, into moments: Moments<Self>)
    static func normalise(_ x: Matrix<Self>, _ by: ColumnNormalisation<Self>, into y: Matrix<Self>)
    /// As for groups, where the moments are those of x's columns.
    static func normaliseBackward(
        _ x: Matrix<Self>, _ by: ColumnNormalisation<Self>, _ dy: Matrix<Self>, into dx: Matrix<Self>,
        _ gradient: Affine<Self>)

    /// 0 where the stream's uniform number is below the rate, else x / (1 − rate). The backward pass is the same on dy. y may be x.
    static func dropout(_ x: Matrix<Self>, rate: Double, _ stream: NoiseStream, into y: Matrix<Self>)
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
