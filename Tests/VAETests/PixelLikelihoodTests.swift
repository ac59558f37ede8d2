import JSON
import RealModule
import Testing

@testable import Kernels
@testable import VAE

/// The likelihoods of pixels are what they claim to be: golden values, total mass 1, means and draws of their own distribution.
@Suite struct PixelLikelihoodTests {
    // MARK: Golden values

    @Test func continuousBernoulliIsGolden() throws {
        try continuousBernoulliIsGolden(Double.self)
        try continuousBernoulliIsGolden(Float.self)
    }

    private func continuousBernoulliIsGolden<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try GoldenFile.cases("continuous_bernoulli_logits")
        #expect(cases.count == 6)
        for element in cases {
            let (x, logit) = try (element.number("x"), element.number("logit"))
            let value = Likelihood<Scalar>.continuousBernoulli.plainLogLikelihood(
                Matrix([Scalar(x)]), output: Matrix([Scalar(logit)]))
            #expect(try isGolden(value, element.number("logp"), in: Scalar.self), "\(x) \(logit)")
        }
    }

    @Test func discretizedLogisticIsGolden() throws {
        try discretizedLogisticIsGolden(Double.self)
        try discretizedLogisticIsGolden(Float.self)
    }

    private func discretizedLogisticIsGolden<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try GoldenFile.cases("discretized_logistic_256")
        #expect(cases.count == 5)
        for element in cases {
            let (level, mean, logScale) = try (
                element.number("x"), element.number("mean"), element.number("log_scale")
            )
            let p = Self.parameters(mean, scale: .exp(logScale), Scalar.self)
            let value = Scalar.discretizedLogisticLogLikelihood(Matrix([Scalar(level / 255)]), p)
            #expect(try isGolden(value, element.number("logp"), in: Scalar.self), "\(level) \(mean) \(logScale)")
        }
    }

    /// One number; s = softplus(raw).
    private static func parameters<Scalar: KernelScalar>(
        _ location: Double, scale: Double, count: Int = 1, _: Scalar.Type = Scalar.self
    ) -> LogisticParameters<Scalar> {
        let raw = Double.log(.expMinusOne(scale))
        return LogisticParameters(
            location: Matrix(Array(repeating: Scalar(location), count: count)),
            rawScale: Matrix(Array(repeating: Scalar(raw), count: count)), floor: 0)
    }

    // MARK: Mass

    /// ∫ f over [a, b] by Simpson's rule on 4,000 intervals.
    private static func integral(_ a: Double, _ b: Double, _ f: (Double) -> Double) -> Double {
        let step = (b - a) / 4000
        let sum = (0...4000).reduce(0.0) { sum, i in
            let weight: Double = i == 0 || i == 4000 ? 1 : i.isMultiple(of: 2) ? 2 : 4
            return sum + weight * f(a + Double(i) * step)
        }
        return sum * step / 3
    }

    private static func density(_ logit: Double) -> (Double) -> Double {
        { x in
            .exp(
                Likelihood<Double>.continuousBernoulli.plainLogLikelihood(Matrix([x]), output: Matrix([logit])))
        }
    }

    /// The last are on either side of where the series ends.
    private static let logits = [-30, -4, -1e-3, 0, 1e-9, 1e-5, 0.3, 0.4999, 0.5001, 2.5, 12, 30]

    @Test(arguments: logits)
    func continuousBernoulliIntegratesToOne(logit: Double) {
        let density = Self.density(logit)
        // Simpson's error is (h l)⁴/180 of the density's largest, l: 5e-10 for |l| = 30.
        #expect(abs(Self.integral(0, 1, density) - 1) < 1e-9)
        let mean = Matrix<Double>(rows: 1, columns: 1)
        Likelihood<Double>.continuousBernoulli.mean(Matrix([logit]), into: mean)
        #expect(abs(Self.integral(0, 1) { $0 * density($0) } - mean[0]) < 1e-9)
        // Not the sigmoid, which is another number but at 0.
        if abs(logit) > 0.1 { #expect(abs(mean[0] - 1 / (1 + .exp(-logit))) > 1e-2) }
    }

    @Test(arguments: [0.05, 0.7, 3])
    func gaussianIntegratesToOne(sigma: Double) {
        let raw = Matrix([Double.log(.expMinusOne(sigma / 2))])
        for gaussian in [
            GaussianLikelihood<Double>(sigma: sigma, columns: 1),
            GaussianLikelihood<Double>(scale: raw, floor: sigma / 2, columns: 1),
        ] {
            let mass = Self.integral(0.3 - 9 * sigma, 0.3 + 9 * sigma) { x in
                .exp(gaussian.logLikelihood(Matrix([x]), mean: Matrix([0.3])))
            }
            // What lies beyond nine σ is 2e-19.
            #expect(abs(mass - 1) < 1e-12)
        }
    }

    private static func probabilities(_ p: LogisticParameters<Double>) -> [Double] {
        (0...255).map { .exp(Double.discretizedLogisticLogLikelihood(Matrix([Double($0) / 255]), p)) }
    }

    @Test(arguments: [-3, 0, 0.001, 0.5, 0.73, 1, 40], [1e-4, 1.0 / 512, 0.02, 0.4, 5, 1e3])
    func discretizedLogisticSumsToOne(location: Double, scale: Double) {
        let p = Self.parameters(location, scale: scale, Double.self)
        let probabilities = Self.probabilities(p)
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12)
        let mean = Matrix<Double>(rows: 1, columns: 1)
        Double.discretizedLogisticMean(p, into: mean)
        let expected = probabilities.enumerated().reduce(0) { $0 + Double($1.offset) / 255 * $1.element }
        #expect(abs(mean[0] - expected) < 1e-12)
    }

    /// Of the numbers between levels each belongs to the nearest.
    @Test func everyNumberIsTakenToItsNearestLevel() {
        let p = Self.parameters(0.5, scale: 0.01, Float.self)
        func term(_ x: Float) -> Double { Float.discretizedLogisticLogLikelihood(Matrix([x]), p) }
        for level in [0, 1, 120, 254, 255] {
            let exact = Float(level) / 255
            for shift in [-0.4, 0.4] as [Float] {
                #expect(term(min(max(exact + shift / 255, 0), 1)) == term(exact))
            }
        }
        #expect(term(0.4) != term(0.4 + 0.6 / 255))
    }

    // MARK: Draws

    /// Mean and variance of 40,000 draws.
    private static func moments(_ x: Matrix<Float>) -> (mean: Double, variance: Double) {
        let values = x.values.map { Double($0) }
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }

    /// Against the moments E xⁿ, n = 1 … 4: within four standard errors.
    private static func expectMoments(_ x: Matrix<Float>, _ raw: [Double]) {
        let (mean, variance) = moments(x)
        let exactVariance = raw[1] - raw[0] * raw[0]
        #expect(abs(mean - raw[0]) < 4 * (exactVariance / Double(x.count)).squareRoot())
        let fourth = raw[3] - 4 * raw[0] * raw[2] + 6 * raw[0] * raw[0] * raw[1] - 3 * raw[0] * raw[0] * raw[0] * raw[0]
        let error = ((fourth - exactVariance * exactVariance) / Double(x.count)).squareRoot()
        #expect(abs(variance - exactVariance) < 4 * error)
    }

    private static func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { product, _ in product * x } }

    @Test(arguments: [-20, -2, -1e-3, 0, 5e-5, 0.3, 6, 30])
    func continuousBernoulliDraws(logit: Double) {
        let (logits, draws) = (Matrix<Float>(rows: 1, columns: 40_000), Matrix<Float>(rows: 1, columns: 40_000))
        logits.fill(Float(logit))
        Likelihood<Float>.continuousBernoulli.draw(logits, [NoiseStream(seed: 5, purpose: .observation)], into: draws)
        #expect(draws.values.allSatisfy { $0 >= 0 && $0 <= 1 })
        let density = Self.density(logit)
        Self.expectMoments(draws, (1...4).map { n in Self.integral(0, 1) { Self.power($0, n) * density($0) } })
    }

    @Test(arguments: [(0.5, 0.02), (0.0, 0.1), (0.97, 0.004), (0.3, 1.0 / 400)])
    func discretizedLogisticDraws(location: Double, scale: Double) {
        let p = Self.parameters(location, scale: scale, count: 40_000, Float.self)
        let draws = Matrix<Float>(rows: 1, columns: 40_000)
        Float.discretizedLogisticDraw(p, NoiseStream(seed: 6, purpose: .observation), into: draws)
        #expect(draws.values.allSatisfy { $0 == Float(($0 * 255).rounded()) / 255 && $0 >= 0 && $0 <= 1 })
        let probabilities = Self.probabilities(Self.parameters(location, scale: scale, Double.self))
        Self.expectMoments(
            draws,
            (1...4).map { n in
                probabilities.enumerated().reduce(0) { $0 + Self.power(Double($1.offset) / 255, n) * $1.element }
            })
    }

    // MARK: One σ for all

    @Test func aSharedScaleIsThatOfEachColumn() throws {
        let (x, mean) = (Matrix<Double>([0.1, 0.7, 0.4]), Matrix<Double>([0.3, 0.2, 0.5]))
        let shared = GaussianLikelihood<Double>(scale: Matrix([0.4]), floor: 0.05, columns: 3)
        let each = GaussianLikelihood<Double>(scale: Matrix([0.4, 0.4, 0.4]), floor: 0.05, columns: 3)
        #expect(shared.logLikelihood(x, mean: mean) == each.logLikelihood(x, mean: mean))
        let (squares, one, three) = (
            Matrix<Double>([0.04, 0.25, 0.01]), Matrix<Double>([0]), Matrix<Double>([0, 0, 0])
        )
        shared.addScaleGradient(squaredErrors: squares, rows: 1, weight: 1, to: one)
        each.addScaleGradient(squaredErrors: squares, rows: 1, weight: 1, to: three)
        #expect(abs(one[0] - three.values.reduce(0, +)) < 1e-12)
        let architecture = try Architecture(
            inputDimension: 3, latentDimension: 1, encoder: [], decoder: [], likelihood: .gaussian(.shared(floor: 0.1)))
        #expect(ParameterLayout(architecture)["likelihood.scale"]?.shape == [1])
    }

    // MARK: Bits

    @Test func bitsPerDimension() throws {
        // 784 fair coins cost a bit each.
        let coins = 784 * Double.log(2)
        for likelihood in [LikelihoodSpecification.bernoulli, .discretizedLogistic(.learned(floor: 0.01))] {
            let bits = try #require(BitsPerDimension(likelihood, numbers: 784))
            #expect(bits(nats: coins) == 1)
        }
        // The uniform density of [0, 1] is 0 nats, and 8 bits of 256 levels.
        for likelihood in [LikelihoodSpecification.continuousBernoulli, .gaussian(.fixed(1))] {
            let bits = try #require(BitsPerDimension(likelihood, numbers: 3))
            #expect(bits(nats: 0) == 8)
        }
        #expect(BitsPerDimension(.columns([]), numbers: 3) == nil)
    }

    // MARK: Support

    @Test(arguments: [
        LikelihoodSpecification.bernoulli, .continuousBernoulli, .discretizedLogistic(.perRecord(floor: 0.01)),
    ])
    func refusesWhatIsOutsideTheUnitInterval(likelihood: LikelihoodSpecification) throws {
        try likelihood.checkSupport(Matrix([0, 0.3, 1, 0.5], rows: 2, columns: 2))
        for value in [-1e-6, 1.0001, .nan, .infinity] as [Float] {
            let error = #expect(throws: VAEError.self) {
                try likelihood.checkSupport(Matrix([0, 0.3, value, 0.5], rows: 2, columns: 2))
            }
            guard case .outsideSupport(row: 1, column: 0, _, support: "[0, 1]") = error else {
                Issue.record("\(error as Any)")
                return
            }
        }
    }
}
