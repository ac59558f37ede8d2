import Kernels
import RealModule
import TestSupport
import Testing

@testable import VAE

@Suite struct VectorCodeTests {
    /// Written as the formula, with coordinates and a logarithm for each pixel.
    private static func naive(_ x: [Float], planes: Int = 1, _ height: Int, _ width: Int, channels: Int = 1) -> Double {
        func bit(_ p: Int, _ y: Int, _ x0: Int, _ c: Int) -> Int {
            guard y >= 0, (0..<width).contains(x0) else { return 0 }
            return x[((p * height + y) * width + x0) * channels + c] > 0.5 ? 1 : 0
        }
        var counts: [[Int]: [Double]] = [:]
        var nats = 0.0
        for p in 0..<planes {
            for y in 0..<height {
                for x0 in 0..<width {
                    for c in 0..<channels {
                        let context = [(0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0)].map { dy, dx in
                            bit(p, y + dy, x0 + dx, c)
                        }
                        var seen = counts[context] ?? [0, 0]
                        let b = bit(p, y, x0, c)
                        nats -= Double.log((seen[b] + 0.5) / (seen[0] + seen[1] + 1))
                        seen[b] += 1
                        counts[context] = seen
                    }
                }
            }
        }
        return nats
    }

    private static func noise(_ count: Int, share: Double, seed: UInt64) -> [Float] {
        NoiseStream(seed: seed, purpose: .sample).uniforms(count).map { $0 < share ? 1 : 0 }
    }

    @Test(arguments: [[1], [7], [1, 1], [3, 5], [28, 28], [40, 61], [3, 4, 6], [5, 6, 3]], [0.1, 0.5, 1])
    func countsAsTheFormulaDoes(shape: [Int], share: Double) {
        let x = Self.noise(shape.reduce(1, *), share: share, seed: UInt64(shape.count))
        let expected =
            switch (shape.count, shape.last) {
            case (1, let n?): Self.naive(x, 1, n)
            case (2, _): Self.naive(x, shape[0], shape[1])
            case (3, 3?): Self.naive(x, shape[0], shape[1], channels: 3)
            default: Self.naive(x, planes: shape[0], shape[1], shape[2])
            }
        let got = VectorCode(shape: shape, form: .binary).nats(Matrix(x))
        #expect(abs(got - expected) <= 1e-12 * max(1, expected), "\(got) \(expected)")
    }

    /// It is a code: the probabilities of all rows add up to 1.
    @Test(arguments: [[1], [9], [3, 3], [2, 5], [2, 2, 3]]) func allRowsTogetherAreOne(shape: [Int]) {
        let count = shape.reduce(1, *)
        let code = VectorCode(shape: shape, form: .binary)
        let sum = (0..<1 << count).reduce(0.0) { sum, word in
            sum + Double.exp(-code.nats(Matrix((0..<count).map { Float(word >> $0 & 1) })))
        }
        #expect(abs(sum - 1) < 1e-12)
    }

    /// One context only: Γ(n + ½) / (√π Γ(n + 1)).
    @Test func anEmptyPictureCostsNextToNothing() {
        let got = VectorCode(shape: [28, 28], form: .binary).nats(Matrix<Float>(rows: 1, columns: 784))
        let expected = ExactMath.logGamma(785) + 0.5 * Double.log(Double.pi) - ExactMath.logGamma(784.5)
        #expect(abs(got - expected) < 1e-9 && got < 4)
    }

    /// Forecasts of [[0.5, 0.75], [0.25, 1]]: 0; 0.5; max(0.5, 0) since the corner is outside; the median of 0.25, 0.75 and 0.5.
    @Test func densitiesAreThoseOfTheForecastsErrors() {
        let code = VectorCode(shape: [2, 2], form: .density)
        let forecasts = [0, 0.5, 0.5, 0.5], x = [0.5, 0.75, 0.25, 1]
        let square = zip(x, forecasts).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 4
        let variance = 0.0025 + square
        let expected = 2 * (Double.log(2 * Double.pi * variance) + square / variance)
        #expect(abs(code.nats(Matrix(x.map { Float($0) })) - expected) < 1e-12)
    }
}

@Suite struct VectorMeasureTests {
    private static let x = Matrix<Float>([0, 1, 1, 0, 1, 0, 0, 0, 1])

    @Test func complexityIsTheScoreBesideTheCode() {
        let binary = VectorMeasure(.bernoulli, shape: [3, 3], seed: 1, medianScore: 7)
        let nats = VectorCode(shape: [3, 3], form: .binary).nats(Self.x)
        #expect(binary.parts(Self.x, rowScore: 12, score: 5) == [12 / (nats + 20), 5, 2])
        let density = VectorMeasure(.gaussian(.fixed(1)), shape: [3, 3], seed: 1, medianScore: -7)
        let cost = VectorCode(shape: [3, 3], form: .density).nats(Self.x)
        #expect(density.parts(Self.x, rowScore: 12, score: 12) == [12 - cost, 12, 19])
    }

    /// Only greys are drawn, each pixel with the probability that it is, and always the same.
    @Test func greysAreDrawn() {
        let measure = VectorMeasure(.bernoulli, shape: [100, 100], seed: 1, medianScore: 0)
        let grey = Matrix<Float>(rows: 1, columns: 10_000)
        grey.fill(0.3)
        let (first, again) = (Matrix<Float>(rows: 1, columns: 10_000), Matrix<Float>(rows: 1, columns: 10_000))
        measure.draw(grey, into: first)
        measure.draw(grey, into: again)
        let ones = first.values.reduce(0, +)
        // Four standard deviations, √(0.3 · 0.7 · 10,000) each.
        #expect(first.values == again.values && abs(ones - 3_000) < 4 * 46)
        #expect(measure.isDrawn(grey) && !measure.isDrawn(first))
        measure.draw(first, into: again)
        #expect(first.values == again.values)
        let density = VectorMeasure(.gaussian(.fixed(1)), shape: [100, 100], seed: 1, medianScore: 0)
        #expect(!density.isDrawn(grey))
    }
}
