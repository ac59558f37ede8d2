import Foundation
import RealModule
import Testing

@testable import Kernels

/// Terms and gradients against `Fixtures/vae_golden.json`, in both precisions.
@Suite struct LikelihoodGoldenTests {
    typealias Case = [String: Double]

    static func fixture() throws -> [String: Any] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures/vae_golden.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    static func cases(_ family: String, count: Int) throws -> [Case] {
        let cases = try #require(try fixture()[family] as? [Case])
        #expect(cases.count == count)
        return cases
    }

    /// The tolerances that the file names, and what no formula can do better: `slope` by the rounding of the input to
    /// float, and the last digit of the largest of the terms that all but cancel.
    static func isGolden<Scalar: KernelScalar>(
        _ got: Scalar, _ expected: Double, slope: Double = 0, input: Double = 0, largest: Double = 0
    ) -> Bool {
        let error = abs(Double(got) - expected)
        let rounding = abs(slope * (Double(Scalar(input)) - input))
        if Scalar.self == Float.self { return error <= max(2e-6 * abs(expected), 1e-5) + rounding }
        return error <= 1e-12 * abs(expected) + largest.ulp
    }

    static func cell<Scalar: KernelScalar>(_ value: Double, _: Scalar.Type = Scalar.self) -> ColumnBlock<Scalar> {
        Matrix([Scalar(value)]).columns(0..<1)
    }

    static func location<Scalar: KernelScalar>(mean: Double, logSigma: Double) -> LocationScale<Scalar> {
        LocationScale(mean: cell(mean), inverse: cell(.exp(-logSigma)), logarithm: cell(logSigma))
    }

    @Test func gaussian() throws {
        try gaussian(Double.self)
        try gaussian(Float.self)
    }

    private func gaussian<Scalar: KernelScalar>(_: Scalar.Type) throws {
        for golden in try Self.cases("gaussian", count: 6) {
            let x: ColumnBlock<Scalar> = try Self.cell(#require(golden["x"]))
            let p: LocationScale<Scalar> = try Self.location(
                mean: #require(golden["mean"]), logSigma: #require(golden["logvar"]) / 2)
            let (term, dMean, dLogSigma) = (
                Self.cell(9, Scalar.self), Self.cell(9, Scalar.self), Self.cell(9, Scalar.self)
            )
            Scalar.gaussianTerms(x, p, into: term)
            Scalar.gaussianTermsBackward(x, p, weight: -1, into: dMean, dLogSigma)
            #expect(try Self.isGolden(term[0, 0], #require(golden["logp"])))
            #expect(try Self.isGolden(dMean[0, 0], #require(golden["d_mean"])))
            // log σ² = 2 log σ
            #expect(try Self.isGolden(dLogSigma[0, 0] / 2, #require(golden["d_logvar"])))
        }
    }

    @Test func student() throws {
        try student(Double.self)
        try student(Float.self)
    }

    private func student<Scalar: KernelScalar>(_: Scalar.Type) throws {
        for golden in try Self.cases("student_t", count: 5) {
            let x: ColumnBlock<Scalar> = try Self.cell(#require(golden["x"]))
            let p: LocationScale<Scalar> = try Self.location(
                mean: #require(golden["mean"]), logSigma: #require(golden["log_scale"]))
            let term = Self.cell(9, Scalar.self)
            Scalar.studentTerms(x, p, StudentShape(degrees: [try #require(golden["nu"])]), into: term)
            #expect(try Self.isGolden(term[0, 0], #require(golden["logp"])))
        }
    }

    @Test func bernoulli() throws {
        try bernoulli(Double.self)
        try bernoulli(Float.self)
    }

    private func bernoulli<Scalar: KernelScalar>(_: Scalar.Type) throws {
        // A third of the cases have a grey x, which these kernels take for an unknown level.
        for golden in try Self.cases("bernoulli_logits", count: 30) where golden["x"] != 0.25 {
            let x: ColumnBlock<Scalar> = try Self.cell(#require(golden["x"]))
            let logit: ColumnBlock<Scalar> = try Self.cell(#require(golden["logit"]))
            let (term, gradient) = (Self.cell(9, Scalar.self), Self.cell(9, Scalar.self))
            Scalar.bernoulliTerms(x, logits: logit, LevelConstants(unknown: 9, known: 0), into: term)
            Scalar.bernoulliTermsBackward(x, logits: logit, weight: -1, into: gradient)
            #expect(try Self.isGolden(term[0, 0], #require(golden["logp"])))
            #expect(try Self.isGolden(gradient[0, 0], #require(golden["dlogp_dlogit"])))
        }
    }

    @Test func poisson() throws {
        try poisson(Double.self)
        try poisson(Float.self)
    }

    private func poisson<Scalar: KernelScalar>(_: Scalar.Type) throws {
        for golden in try Self.cases("poisson_lograte", count: 6) {
            let (rate, slope) = try (#require(golden["log_rate"]), #require(golden["d_lograte"]))
            let x: ColumnBlock<Scalar> = try Self.cell(#require(golden["k"]))
            let (term, gradient) = (Self.cell(9, Scalar.self), Self.cell(9, Scalar.self))
            Scalar.poissonTerms(x, logRate: Self.cell(rate), into: term)
            Scalar.poissonTermsBackward(x, logRate: Self.cell(rate), weight: -1, into: gradient)
            let largest = rate * Double(x[0, 0])
            let expected = try #require(golden["logp"])
            #expect(Self.isGolden(term[0, 0], expected, slope: slope, input: rate, largest: largest))
            #expect(Self.isGolden(gradient[0, 0], slope, slope: .exp(rate), input: rate))
        }
    }

    @Test func negativeBinomial() throws {
        try negativeBinomial(Double.self)
        try negativeBinomial(Float.self)
    }

    private func negativeBinomial<Scalar: KernelScalar>(_: Scalar.Type) throws {
        for golden in try Self.cases("negative_binomial", count: 4) {
            let x: ColumnBlock<Scalar> = try Self.cell(#require(golden["k"]))
            let logTheta = try Matrix([Scalar(#require(golden["log_theta"]))])
            let logMean: ColumnBlock<Scalar> = try Self.cell(#require(golden["log_mean"]))
            let term = Self.cell(9, Scalar.self)
            Scalar.negativeBinomialTerms(
                x, NegativeBinomialParameters(logMean: logMean, logTheta: logTheta), into: term)
            #expect(try Self.isGolden(term[0, 0], #require(golden["logp"])))
        }
    }

    @Test func categorical() throws {
        try categorical(Double.self)
        try categorical(Float.self)
    }

    private func categorical<Scalar: KernelScalar>(_: Scalar.Type) throws {
        let cases = try #require(try Self.fixture()["categorical_logits"] as? [[String: Any]])
        #expect(cases.count == 4)
        for golden in cases {
            let logits = try Matrix(#require(golden["logits"] as? [Double]).map { Scalar($0) })
            let level = try #require(golden["index"] as? Int)
            let term = Self.cell(9, Scalar.self)
            Scalar.categoricalTerms(
                Self.cell(Double(level)), logits: logits.columns(0..<logits.columns),
                LevelConstants(unknown: 9, known: 0), into: term)
            #expect(try Self.isGolden(term[0, 0], #require(golden["logp"] as? Double)))
        }
    }

    /// Four levels at h = 0.4 between thresholds −1, 0.5 and 2; by mpmath.
    @Test(arguments: [
        (0.0, -1.6204174099184509), (1, -1.1172965289174758), (2, -1.1807798598873637), (3, -1.7839007408883388),
    ])
    func ordinal(level: Double, expected: Double) {
        ordinal(level: level, expected: expected, Double.self)
        ordinal(level: level, expected: expected, Float.self)
    }

    private func ordinal<Scalar: KernelScalar>(level: Double, expected: Double, _: Scalar.Type) {
        let p = OrdinalParameters<Scalar>(location: Self.cell(0.4), thresholds: Matrix([-1, 0.5, 2]))
        let term = Self.cell(9, Scalar.self)
        Scalar.ordinalTerms(Self.cell(level), p, LevelConstants(unknown: 9, known: 0), into: term)
        #expect(Self.isGolden(term[0, 0], expected))
    }
}
