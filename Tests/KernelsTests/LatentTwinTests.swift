import RealModule
import Testing

@testable import Kernels

/// The kernels of latents against their naive twins in `Double`, and the same bits under each instruction set.
@Suite(.serialized) struct LatentTwinTests {
    /// Rows, latents and components: one of each, odd, and more than a vector holds.
    static let shapes = [(1, 1, 1), (3, 5, 7), (4, 16, 16), (5, 40, 33), (2, 17, 100)]

    private struct Problem<Scalar: KernelScalar> {
        let z: Matrix<Scalar>
        let mixture: Mixture<Scalar>
        let weights: Matrix<Scalar>

        init(rows: Int, latents: Int, components: Int) {
            func numbers(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Scalar> {
                Matrix(
                    TwinTests.numbers(rows, columns, seed: seed).values.map { Scalar($0) }, rows: rows, columns: columns
                )
            }
            z = numbers(rows, latents, seed: 1)
            weights = numbers(rows, 1, seed: 5)
            mixture = Mixture(latents: latents, components: components)
            let logWeights = numbers(1, components, seed: 4).values.map { Double($0) }
            mixture.set(
                mean: numbers(components, latents, seed: 2), logVariance: numbers(components, latents, seed: 3),
                logWeight: logWeights)
        }

        /// All that the kernels of a mixture write, one after the other.
        func results() -> (densities: [Double], rest: [Scalar]) {
            let shares = Matrix<Scalar>(rows: z.rows, columns: mixture.components)
            let densities = Matrix<Double>(rows: z.rows, columns: 1)
            Scalar.mixtureLogDensity(z, mixture, shares: shares, into: densities)
            let dz = Matrix(z.values, rows: z.rows, columns: z.columns)
            let gradient = MixtureGradient(mixture)
            Scalar.mixtureBackward(z, mixture, shares: shares, weights: weights, into: dz, gradient)
            let parts = [shares, dz, gradient.mean, gradient.logVariance, gradient.logWeight]
            return (densities.values, parts.flatMap(\.values))
        }
    }

    @Test(arguments: shapes)
    func mixturesAreTheirTwins(rows: Int, latents: Int, components: Int) {
        let expected = Problem<Double>(rows: rows, latents: latents, components: components).results()
        var bits: [[UInt32]] = []
        TwinTests.underEach { set in
            let got = Problem<Float>(rows: rows, latents: latents, components: components).results()
            // Exponents are sums of up to 40 squares of numbers of some units over variances down to e⁻²; a share is
            // as inexact as they are, some 100 · 2⁻²⁴.
            for (g, e) in zip(got.densities, expected.densities) {
                #expect(abs(g - e) < 1e-5 * max(1, abs(e)), "\(set)")
            }
            for (g, e) in zip(got.rest, expected.rest) { #expect(abs(Double(g) - e) < 2e-4 * max(1, abs(e)), "\(set)") }
            bits.append(got.rest.map(\.bitPattern) + got.densities.map { Float($0).bitPattern })
        }
        #expect(bits.allSatisfy { $0 == bits[0] })
    }

    /// log Σ π N(z) of one component of weight 1 is the normal density.
    @Test func oneComponentIsANormalDensity() {
        let mixture = Mixture<Double>(latents: 2, components: 1)
        mixture.set(mean: Matrix([1, -2]), logVariance: Matrix([0.5, -1]), logWeight: [0])
        let (shares, density) = (Matrix<Double>(rows: 1, columns: 1), Matrix<Double>(rows: 1, columns: 1))
        Double.mixtureLogDensity(Matrix([0.3, 0.4]), mixture, shares: shares, into: density)
        let normal = Double.gaussianLogDensity(
            Matrix([0.3, 0.4]), DiagonalGaussian(mean: Matrix([1, -2]), logVariance: Matrix([0.5, -1])))
        let byHand = [(0.3 - 1, 0.5), (0.4 + 2, -1)].reduce(0.0) { sum, term in
            sum - (Double.log(2 * .pi) + term.1 + term.0 * term.0 / .exp(term.1)) / 2
        }
        #expect(abs(density[0] - byHand) < 1e-14 && abs(normal - byHand) < 1e-14)
        #expect(shares[0] == 1)
    }

    @Test(arguments: [1, 7, 16, 40])
    func gaussiansAreTheirTwins(count: Int) {
        func gaussian<Scalar: KernelScalar>(_ seed: UInt64, _: Scalar.Type) -> DiagonalGaussian<Scalar> {
            let numbers = TwinTests.numbers(2, count, seed: seed)
            return DiagonalGaussian(
                mean: Matrix(numbers.rows(0..<1).values.map { Scalar($0) }),
                logVariance: Matrix(numbers.rows(1..<2).values.map { Scalar($0) }))
        }
        func results<Scalar: KernelScalar>(_: Scalar.Type) -> [Double] {
            let (q, p) = (gaussian(1, Scalar.self), gaussian(2, Scalar.self))
            let room = { DiagonalGaussian<Scalar>(rows: 1, columns: count) }
            let (dq, dp, coupled) = (room(), room(), room())
            Scalar.gaussianDivergenceBackward(q, p, weight: 0.7, into: dq, dp)
            let entropy = Matrix<Scalar>(rows: 1, columns: count)
            Scalar.entropyBackward(q.logVariance, noise: p.mean, q.mean, weight: 0.3, into: entropy)
            let (y, dx) = (Matrix<Scalar>(rows: 1, columns: count), Matrix<Scalar>(rows: 1, columns: count))
            let sum = Scalar.couple(q.mean, p, into: y)
            Scalar.coupleBackward(y, logVariance: p.logVariance, q.mean, weight: 0.2, into: dx, coupled)
            let numbers = [dq, dp, coupled].flatMap { $0.mean.values + $0.logVariance.values }
            let scalars = numbers + entropy.values + y.values + dx.values
            return [Scalar.gaussianDivergence(q, p), Scalar.gaussianLogDensity(q.mean, p), sum]
                + scalars.map { Double($0) }
        }
        let expected = results(Double.self)
        var all: [[Double]] = []
        TwinTests.underEach { set in
            let got = results(Float.self)
            for (g, e) in zip(got, expected) { #expect(abs(g - e) < 4e-6 * max(1, abs(e)), "\(set)") }
            all.append(got)
        }
        #expect(all.allSatisfy { $0 == all[0] })
    }

    @Test(arguments: [(1, 1), (3, 4), (2, 7)])
    func rowsAreJoinedSplitAndTurned(rows: Int, columns: Int) {
        let a = TwinTests.numbers(rows, columns, seed: 1), b = TwinTests.numbers(rows, 2, seed: 2)
        let joined = Matrix<Float>(rows: rows, columns: columns + 2)
        Float.join(a, b, into: joined)
        let (a2, b2) = (Matrix<Float>(rows: rows, columns: columns), Matrix<Float>(rows: rows, columns: 2))
        Float.split(joined, into: a2, b2)
        #expect(a2.values == a.values && b2.values == b.values)
        for places in 0...columns {
            let turned = Matrix<Float>(rows: rows, columns: columns)
            Float.rotate(a, left: places, into: turned)
            for i in 0..<rows {
                for j in 0..<columns { #expect(turned[i, j] == a[i, (j + places) % columns]) }
            }
        }
    }
}
