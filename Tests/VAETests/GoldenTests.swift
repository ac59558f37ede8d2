import JSON
import RealModule
import Testing

@testable import Kernels
@testable import VAE

/// The formulas against the golden file, in both precisions.
///
/// The families of columns are tested with the kernels, those of grey pixels in `PixelLikelihoodTests`. Not implemented yet, so
/// not tested: kl_diag_diag, metrics_with_ties.
@Suite struct GoldenTests {
    @Test func bernoulli() throws {
        try bernoulli(Double.self)
        try bernoulli(Float.self)
    }

    private func bernoulli<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try GoldenFile.cases("bernoulli_logits")
        #expect(cases.count == 30)
        for element in cases {
            let (x, logit) = try (element.number("x"), element.number("logit"))
            let (input, logits) = (Matrix([Scalar(x)]), Matrix([Scalar(logit)]))
            let value = Likelihood<Scalar>.bernoulli.plainLogLikelihood(input, output: logits)
            #expect(try isGolden(value, element.number("logp"), in: Scalar.self), "\(x) \(logit)")
            let gradient = Matrix<Scalar>(rows: 1, columns: 1)
            Scalar.bernoulliBackward(input, logits: logits, weight: -1, into: gradient)
            let expected = try element.number("dlogp_dlogit")
            #expect(isGolden(Double(gradient[0]), expected, in: Scalar.self), "\(x) \(logit)")
        }
    }

    @Test func gaussian() throws {
        try gaussian(Double.self)
        try gaussian(Float.self)
    }

    private func gaussian<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try GoldenFile.cases("gaussian")
        #expect(cases.count == 6)
        for element in cases {
            let logVariance = try element.number("logvar")
            let sigma = Double.exp(logVariance / 2)
            let (x, mean) = try (Matrix([Scalar(element.number("x"))]), Matrix([Scalar(element.number("mean"))]))
            // σ = softplus(s), so that the derivative by s can be turned into the one by log σ².
            let scale = Matrix([Scalar(Double.log(.expMinusOne(sigma)))])
            let likelihood = GaussianLikelihood<Scalar>(scale: scale, floor: 0, columns: 1)
            let fixed = GaussianLikelihood<Scalar>(sigma: sigma, columns: 1)
            for gaussian in [likelihood, fixed] {
                let value = gaussian.logLikelihood(x, mean: mean)
                #expect(try isGolden(value, element.number("logp"), in: Scalar.self), "\(logVariance)")
            }
            let dMean = Matrix<Scalar>(rows: 1, columns: 1)
            Scalar.gaussianBackward(x, mean: mean, precision: fixed.precision, weight: -1, into: dMean)
            #expect(try isGolden(Double(dMean[0]), element.number("d_mean"), in: Scalar.self), "\(logVariance)")

            let (squares, gradient) = (Matrix<Scalar>(rows: 1, columns: 1), Matrix<Scalar>(rows: 1, columns: 1))
            Scalar.columnSquaredErrors(x, mean: mean, into: squares)
            likelihood.addScaleGradient(squaredErrors: squares, rows: 1, weight: -1, to: gradient)
            // d/d log σ² = ½ σ d/dσ and d/ds = sigmoid(s) d/dσ.
            let slope = 1 - Double.exp(-sigma)
            let dLogVariance = Double(gradient[0]) * sigma / (2 * slope)
            #expect(try isGolden(dLogVariance, element.number("d_logvar"), in: Scalar.self), "\(logVariance)")
        }
    }

    @Test func klDivergence() throws {
        try klDivergence(Double.self)
        try klDivergence(Float.self)
    }

    private func klDivergence<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try GoldenFile.cases("kl_diag_std")
        #expect(cases.count == 4)
        for element in cases {
            let kl = try Scalar.klDivergence(element.row("mu", Scalar.self), element.row("logvar", Scalar.self))
            #expect(try isGolden(kl, element.number("kl"), in: Scalar.self))
        }
    }

    @Test func divergenceOfTwoGaussians() throws {
        try divergenceOfTwoGaussians(Double.self)
        try divergenceOfTwoGaussians(Float.self)
    }

    private func divergenceOfTwoGaussians<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try GoldenFile.cases("kl_diag_diag")
        #expect(cases.count == 2)
        for element in cases {
            let q = try DiagonalGaussian(
                mean: element.row("mu", Scalar.self), logVariance: element.row("logvar", Scalar.self))
            let p = try DiagonalGaussian(
                mean: element.row("p_mu", Scalar.self), logVariance: element.row("p_logvar", Scalar.self))
            #expect(try isGolden(Scalar.gaussianDivergence(q, p), element.number("kl"), in: Scalar.self))
        }
    }

    @Test func logMeanExp() throws {
        let cases = try GoldenFile.cases("log_mean_exp")
        #expect(cases.count == 4)
        for element in cases {
            let value = try ExactMath.logMeanExp(element.member("log_w").doubles())
            #expect(try isGolden(value, element.number("value"), in: Double.self))
        }
    }

    @Test func logMeanExpOfNothingAndOfTheInfinite() {
        #expect(ExactMath.logMeanExp([]).isNaN)
        #expect(ExactMath.logMeanExp([-.infinity, -.infinity]) == -.infinity)
        #expect(ExactMath.logMeanExp([0, .infinity]) == .infinity)
    }

    @Test func philox() throws {
        let cases = try GoldenFile.cases("philox4x32_10")
        #expect(cases.count == 5)
        for element in cases {
            let (counter, key, expected) = try (element.words("ctr"), element.words("key"), element.words("out"))
            #expect(Naive<Float>.philox(counter: counter, key: (key[0], key[1])) == expected)
            let stream = Self.stream(counter, key)
            #expect(stream.words(200) == (0..<200).map { Naive<Float>.word(stream, $0) })
            // The C words count from 0, so only a small first word of the counter can be reached.
            guard counter[0] < 100 else { continue }
            let start = 4 * Int(counter[0])
            #expect(Array(stream.words(start + 4).suffix(4)) == expected)
        }
    }

    @Test func boxMuller() throws {
        try boxMuller(Double.self)
        try boxMuller(Float.self)
    }

    private func boxMuller<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try Array(GoldenFile.member("box_muller_from_philox").member("cases").elements())
        #expect(cases.count == 2)
        for element in cases {
            let counter = try element.words("ctr")
            let stream = try Self.stream(counter, element.words("key"))
            let normals = Matrix<Scalar>(rows: 1, columns: 4 * Int(counter[0]) + 4)
            Scalar.normals(stream, into: normals)
            for (got, expected) in try zip(normals.values.suffix(4), element.member("normals").doubles()) {
                #expect(isGolden(Double(got), expected, in: Scalar.self))
            }
        }
    }

    private static func stream(_ counter: [UInt32], _ key: [UInt32]) -> NoiseStream {
        NoiseStream(
            seed: UInt64(key[1]) << 32 | UInt64(key[0]), index: counter[1], draw: counter[2], tag: counter[3])
    }

    @Test func adam() throws {
        try adam(Double.self)
        try adam(Float.self)
    }

    private func adam<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let golden = try GoldenFile.member("adam")
        let state = try AdamState(weights: golden.row("init", Scalar.self))
        var step = try AdamStep(learningRate: golden.number("lr"))
        (step.beta1, step.beta2) = try (golden.number("b1"), golden.number("b2"))
        step.epsilon = try golden.number("eps")
        let pairs = try Array(zip(golden.member("grads").elements(), golden.member("params_after").elements()))
        #expect(pairs.count == 3)
        for (t, (gradient, expected)) in pairs.enumerated() {
            step.correction1 = 1 - Double.pow(step.beta1, t + 1)
            step.correction2 = 1 - Double.pow(step.beta2, t + 1)
            let numbers = try gradient.doubles().map { Scalar($0) }
            Scalar.adam(state, gradient: Matrix(numbers), step: step)
            for (got, expected) in try zip(state.weights.values, expected.doubles()) {
                #expect(isGolden(Double(got), expected, in: Scalar.self), "step \(t + 1)")
            }
            #expect(state.average.values == state.weights.values)
        }
    }
}
