import Kernels
import Records
import TestSupport
import Testing

@testable import VAE

/// Draws of each column against its own likelihood, with a fixed seed, within five standard errors.
@Suite struct ColumnDrawTests {
    private static let count = 10_000
    private let probe: ColumnProbe<Float>
    private let draws: Matrix<Float>

    /// Made once for all tests.
    private static let shared = Result {
        let draws = Matrix<Float>(rows: count, columns: MixedTable.schema.width)
        let probe = try ColumnProbe<Float>()
        probe.evaluator.decode(
            probe.latents(count), into: Matrix(rows: count, columns: MixedTable.schema.width),
            draws: Draws(seed: 3, positions: Array(0..<UInt64(count)), into: draws))
        return draws
    }

    init() throws {
        probe = try ColumnProbe()
        draws = try Self.shared.get()
    }

    private func values(_ name: String) -> (place: Int, values: [Double]) {
        let place = MixedTable.schema.coded.firstIndex { $0.name == name } ?? -1
        return (place, (0..<Self.count).map { Double(draws[$0, place]) })
    }

    private func expectShare(
        _ share: Double, _ holds: (Double) -> Bool, of values: [Double], _ comment: String
    ) {
        let got = Double(values.count(where: holds)) / Double(values.count)
        let error = (share * (1 - share) / Double(values.count)).squareRoot()
        #expect(abs(got - share) <= 5 * error + 1e-9, "\(comment): \(got), expected \(share) ± \(error)")
    }

    @Test(arguments: ["shared", "each"])
    func gaussians(name: String) {
        let (place, values) = values(name)
        let mean = probe.mode(place)
        // The density at the mean is 1 / (σ √2π).
        let sigma = ExactMath.exp(-probe.logDensities(place, [Float(mean)])[0] - ExactMath.halfLogTwoPi)
        let n = Double(Self.count)
        let average = values.reduce(0, +) / n
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        #expect(abs(average - mean) < 5 * sigma / n.squareRoot())
        #expect(abs(variance / (sigma * sigma) - 1) < 5 * (2 / n).squareRoot())
        expectShare(0.682689492, { abs($0 - mean) < sigma }, of: values, name)
    }

    /// Quartiles of Student's t, whose fourth moment does not exist here.
    @Test(arguments: [("heavy", 4.0, 0.74069708), ("wild", 3.0, 0.76489233)])
    func students(name: String, degrees: Double, quartile: Double) {
        let (place, values) = values(name)
        let mean = probe.mode(place)
        let constant = StudentShape<Double>(degrees: [degrees]).constant[0]
        let sigma = ExactMath.exp(constant - probe.logDensities(place, [Float(mean)])[0])
        expectShare(0.5, { $0 < mean }, of: values, name)
        expectShare(0.5, { abs($0 - mean) < quartile * sigma }, of: values, name)
        // Far tails: 2 P(t > 5) of the distribution function in closed form.
        let tail = degrees == 4 ? 2 * Self.tail4(5) : 2 * Self.tail3(5)
        expectShare(tail, { abs($0 - mean) > 5 * sigma }, of: values, name)
    }

    /// P(t > x) with four degrees of freedom: ½ − ¾ s (1 − s²/3)/… in s = x/√(4 + x²): ½ − (3 s − s³)/4.
    private static func tail4(_ x: Double) -> Double {
        let s = x / (4 + x * x).squareRoot()
        return 0.5 - (3 * s - s * s * s) / 4
    }

    /// P(t > 5) with three degrees of freedom, from tables.
    private static func tail3(_: Double) -> Double { 0.00769579 }

    @Test(arguments: ["flag", "colour", "size", "step"])
    func levels(name: String) {
        let (place, values) = values(name)
        let column = MixedTable.schema.coded[place]
        let codes = column.isDiscrete ? column.atomCodes : (0..<(column.kind.levels?.count ?? 0)).map { Float($0) }
        for (code, share) in zip(codes, probe.probabilities(place, codes)) {
            // A draw is never of an unknown level.
            expectShare(share / (1 - MixedTable.unknownMass), { Float($0) == code }, of: values, "\(name) \(code)")
        }
        #expect(values.allSatisfy { codes.contains(Float($0)) })
    }

    @Test(arguments: ["fee", "amount"])
    func spikes(name: String) {
        let (place, values) = values(name)
        let atoms = MixedTable.schema.coded[place].atomCodes
        for (atom, share) in zip(atoms, probe.probabilities(place, atoms)) {
            expectShare(share, { Float($0) == atom }, of: values, "\(name) \(atom)")
        }
        #expect(Set(values).count > 100)
    }

    @Test(arguments: ["visits", "clicks"])
    func counts(name: String) {
        let (place, values) = values(name)
        let codes = (0..<400).map { Float($0) }
        let shares = probe.probabilities(place, codes).map { $0 / (1 - MixedTable.unknownMass) }
        for k in 0..<6 { expectShare(min(shares[k], 1), { $0 == Double(k) }, of: values, "\(name) \(k)") }
        let mean = zip(codes, shares).reduce(0) { $0 + Double($1.0) * $1.1 }
        let variance = zip(codes, shares).reduce(0) { $0 + (Double($1.0) - mean) * (Double($1.0) - mean) * $1.1 }
        let average = values.reduce(0, +) / Double(Self.count)
        #expect(abs(average - mean) < 5 * (variance / Double(Self.count)).squareRoot(), "\(average) \(mean)")
        #expect(values.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
    }

    @Test func constantsStayThemselves() {
        #expect(values("site").values.allSatisfy { $0 == 0 })
        #expect(draws.firstNonFinite() == nil)
    }
}
