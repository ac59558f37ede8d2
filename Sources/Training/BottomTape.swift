import Kernels
import VAE

/// The lower of two levels of latents in the passes of one shard.
struct BottomTape<Scalar: KernelScalar> {
    private let posterior: GaussianTape<Scalar>
    private let prior: GaussianTape<Scalar>
    /// ε of z₁, written before each forward pass.
    let noise: Matrix<Scalar>
    private let inputs: Matrix<Scalar>
    private let inputsGradient: Matrix<Scalar>
    private let featuresGradient: Matrix<Scalar>
    private let topGradient: Matrix<Scalar>
    private let sigma: Matrix<Scalar>
    private let codes: Matrix<Scalar>
    private let codesGradient: Matrix<Scalar>
    private let posteriorGradient: DiagonalGaussian<Scalar>
    private let priorGradient: DiagonalGaussian<Scalar>
    private let reparameterised: Matrix<Scalar>

    /// - Parameter top: the numbers in z₂.
    init(_ hierarchy: Hierarchy<Scalar>, top: Int, _ context: TapeContext<Scalar>) {
        let (rows, make) = (context.rows, { context.makeBuffer($0) })
        let (inputCount, width) = (hierarchy.posterior.inputs, hierarchy.posterior.outputs)
        posterior = GaussianTape(hierarchy.posterior, context)
        prior = GaussianTape(hierarchy.prior, context)
        (inputs, inputsGradient) = (make(inputCount), make(inputCount))
        (featuresGradient, topGradient) = (make(inputCount - top), make(top))
        (noise, sigma, codes, codesGradient) = (make(width), make(width), make(width), make(width))
        reparameterised = make(width)
        posteriorGradient = DiagonalGaussian(rows: rows, columns: width)
        priorGradient = DiagonalGaussian(rows: rows, columns: width)
    }

    /// Writes z₁ and z₂ side by side into z, and returns them.
    func forward(_ features: Matrix<Scalar>, top: Matrix<Scalar>, into z: Matrix<Scalar>) -> Matrix<Scalar> {
        let rows = top.rows
        let (x, z1) = (inputs.prefix(rows), codes.prefix(rows))
        Scalar.join(features, top, into: x)
        let gaussian = posterior.forward(x)
        _ = prior.forward(top)
        Scalar.standardDeviation(gaussian.logVariance, into: sigma.prefix(rows))
        Scalar.reparameterise(gaussian.mean, sigma.prefix(rows), noise.prefix(rows), into: z1)
        Scalar.join(z1, top, into: z)
        return z
    }

    /// KL(q(z₁ given x, z₂) ‖ p(z₁ given z₂)) summed over the rows of the last pass, in nats.
    func divergence(rows: Int) -> Double {
        let (q, p) = (posterior.output(rows: rows), prior.output(rows: rows))
        return (0..<rows).reduce(0) { $0 + Scalar.gaussianDivergence(q.rows($1..<$1 + 1), p.rows($1..<$1 + 1)) }
    }

    /// Takes the derivative by both levels side by side; leaves that by z₂ in `dTop` and returns that by the features.
    func backward(
        top: Matrix<Scalar>, codesGradient joint: Matrix<Scalar>, klWeight: Scalar, into dTop: Matrix<Scalar>
    ) -> Matrix<Scalar> {
        let rows = top.rows
        let (dz, dq, dp) = (codesGradient.prefix(rows), posteriorGradient.prefix(rows), priorGradient.prefix(rows))
        let q = posterior.output(rows: rows)
        Scalar.split(joint, into: dz, dTop)
        Scalar.gaussianDivergenceBackward(q, prior.output(rows: rows), weight: klWeight, into: dq, dp)
        let path = reparameterised.prefix(rows)
        Scalar.entropyBackward(q.logVariance, noise: noise.prefix(rows), dz, weight: 0, into: path)
        Scalar.add(dz, to: dq.mean)
        Scalar.add(path, to: dq.logVariance)

        let (dFeatures, dz2) = (featuresGradient.prefix(rows), topGradient.prefix(rows))
        prior.backward(top, dp, into: dz2)
        Scalar.add(dz2, to: dTop)
        posterior.backward(inputs.prefix(rows), dq, into: inputsGradient.prefix(rows))
        Scalar.split(inputsGradient.prefix(rows), into: dFeatures, dz2)
        Scalar.add(dz2, to: dTop)
        return dFeatures
    }
}
