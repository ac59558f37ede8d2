import Testing

@testable import Kernels

/// The kernels of windows on images have the bits of their naive twins, under each instruction set.
@Suite(.serialized) struct WindowTwinTests {
    /// Runs both on fresh matrices `[rows, columns]` and compares.
    static func expectSameBits(
        _ rows: Int, _ columns: Int, fast: (Matrix<Float>) -> Void, naive: (Matrix<Float>) -> Void
    ) {
        let expected = Matrix<Float>.rubbish(rows, columns)
        naive(expected)
        TwinTests.underEach { set in
            let result = Matrix<Float>.rubbish(rows, columns)
            fast(result)
            #expect(result.bits == expected.bits, "\(set)")
        }
    }

    @Test(arguments: ImageProblem.all)
    func unfoldsAndFolds(problem: ImageProblem) {
        let map = problem.map
        let (x, columns) = (problem.image(seed: 1), problem.columns(seed: 2))
        let bias = TwinTests.numbers(1, map.image.channels, seed: 3)
        Self.expectSameBits(columns.rows, columns.columns) {
            Float.unfold(x, map, into: $0)
        } naive: {
            Naive.unfold(x, map, into: $0)
        }
        for b in [bias, nil] {
            Self.expectSameBits(x.rows, x.columns) {
                Float.fold(columns, map, bias: b, into: $0)
            } naive: {
                Naive.fold(columns, map, bias: b, into: $0)
            }
        }
    }

    /// ⟨unfold(x), c⟩ = ⟨x, fold(c)⟩, in double, where nothing but the last bits is lost.
    @Test(arguments: ImageProblem.all)
    func foldIsTheAdjointOfUnfold(problem: ImageProblem) {
        let map = problem.map
        let (x, c) = (problem.image(seed: 1).exact, problem.columns(seed: 2).exact)
        let unfolded = Matrix<Double>(rows: c.rows, columns: c.columns)
        let folded = Matrix<Double>(rows: x.rows, columns: x.columns)
        Double.unfold(x, map, into: unfolded)
        Double.fold(c, map, bias: nil, into: folded)
        let left = zip(unfolded.values, c.values).reduce(0) { $0 + $1.0 * $1.1 }
        let right = zip(x.values, folded.values).reduce(0) { $0 + $1.0 * $1.1 }
        // At most 7 · 64 · 64 products below 4.
        #expect(abs(left - right) < 1e-10)
    }

    @Test(arguments: ImageProblem.all.filter(\.map.isPool), [false, true])
    func pools(problem: ImageProblem, withTies: Bool) {
        let map = problem.map
        let (x, dy) = (problem.image(seed: 4), problem.pooled(seed: 5))
        if withTies { x.assign(x.values.map { $0.rounded() }) }
        Self.expectSameBits(dy.rows, dy.columns) {
            Float.maxPool(x, map, into: $0)
        } naive: {
            Naive.maxPool(x, map, into: $0)
        }
        Self.expectSameBits(x.rows, x.columns) {
            Float.maxPoolBackward(x, map, dy, into: $0)
        } naive: {
            Naive.maxPoolBackward(x, map, dy, into: $0)
        }
        Self.expectSameBits(dy.rows, dy.columns) {
            Float.averagePool(x, map, into: $0)
        } naive: {
            Naive.averagePool(x, map, into: $0)
        }
        Self.expectSameBits(x.rows, x.columns) {
            Float.averagePoolBackward(map, dy, into: $0)
        } naive: {
            Naive.averagePoolBackward(map, dy, into: $0)
        }
    }

    @Test func theLargestIsTheFirstOfEqualsAndNotANumberWins() {
        let map = WindowMap(image: ImageShape(height: 2, width: 4, channels: 1), window: Window(kernel: 2, stride: 2))!
        let x = Matrix<Float>([1, 3, .nan, 9, 3, 3, 0, 1])
        let (y, dx) = (Matrix<Float>(rows: 1, columns: 2), Matrix<Float>(rows: 1, columns: 8))
        Float.maxPool(x, map, into: y)
        Float.maxPoolBackward(x, map, Matrix([5, 7]), into: dx)
        #expect(y[0] == 3 && y[1].isNaN)
        #expect(dx.values == [0, 5, 7, 0, 0, 0, 0, 0])
    }

    @Test(arguments: [(1, 1, 1, 1, 1), (2, 3, 5, 2, 3), (3, 2, 17, 3, 2), (7, 7, 32, 2, 0)])
    func upsamples(height: Int, width: Int, channels: Int, factor: Int, rows: Int) {
        let shape = ImageShape(height: height, width: width, channels: channels)
        let x = TwinTests.numbers(rows, shape.count, seed: 6)
        let dy = TwinTests.numbers(rows, shape.count * factor * factor, seed: 7)
        Self.expectSameBits(rows, dy.columns) {
            Float.upsample(x, shape, factor: factor, into: $0)
        } naive: {
            Naive.upsample(x, shape, factor: factor, into: $0)
        }
        Self.expectSameBits(rows, x.columns) {
            Float.upsampleBackward(dy, shape, factor: factor, into: $0)
        } naive: {
            Naive.upsampleBackward(dy, shape, factor: factor, into: $0)
        }
    }

    @Test func upsamplingRepeatsPlaces() {
        let shape = ImageShape(height: 1, width: 2, channels: 2)
        let y = Matrix<Float>(rows: 1, columns: 16)
        Float.upsample(Matrix([1, 2, 3, 4]), shape, factor: 2, into: y)
        #expect(y.values == [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4])
    }

    @Test(arguments: [(1, 1, 1), (3, 35, 5), (2, 64 * 17, 64), (0, 6, 2)])
    func movesChannelsFirstAndBack(rows: Int, columns: Int, channels: Int) {
        let x = TwinTests.numbers(rows, columns, seed: 8)
        Self.expectSameBits(rows, columns) {
            Float.channelsFirst(x, channels: channels, into: $0)
        } naive: {
            Naive.channelsFirst(x, channels: channels, into: $0)
        }
        let (first, last) = (Matrix<Float>(rows: rows, columns: columns), Matrix<Float>(rows: rows, columns: columns))
        Float.channelsFirst(x, channels: channels, into: first)
        Float.channelsLast(first, channels: channels, into: last)
        #expect(last.values == x.values)
    }

    @Test func channelsFirstTransposesEachRow() {
        let y = Matrix<Float>(rows: 2, columns: 6)
        Float.channelsFirst(Matrix((0..<12).map(Float.init), rows: 2, columns: 6), channels: 2, into: y)
        #expect(y.values == [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11])
    }

    static let products = [0, 1, 2, 127, 128, 129, 300].flatMap { terms in
        [(1, 1), (7, 33), (12, 32), (13, 64), (32, 16), (25, 70)].map { (terms, $0.0, $0.1) }
    }

    /// Onto what is there, whatever the terms are cut into.
    @Test(arguments: products)
    func addsOuterProducts(terms: Int, m: Int, n: Int) {
        let (a, b) = (TwinTests.numbers(terms, m, seed: 9), TwinTests.numbers(terms, n, seed: 10))
        let start = TwinTests.numbers(m, n, seed: 11)
        Self.expectSameBits(m, n) {
            $0.assign(start)
            Float.addOuterProducts(a.prefix(terms / 3), b.prefix(terms / 3), to: $0)
            Float.addOuterProducts(a.rows(terms / 3..<terms), b.rows(terms / 3..<terms), to: $0)
        } naive: {
            $0.assign(start)
            Naive.addOuterProducts(a, b, to: $0)
        }
    }

    @Test(arguments: [(0, 3), (1, 1), (3, 17), (5, 64)])
    func scalesRows(rows: Int, columns: Int) {
        let (x, factors) = (TwinTests.numbers(rows, columns, seed: 12), TwinTests.numbers(rows, 1, seed: 13))
        Self.expectSameBits(rows, columns) {
            Float.scaleRows(x, by: factors, into: $0)
        } naive: {
            Naive.scaleRows(x, by: factors, into: $0)
        }
    }

    @Test(arguments: [1, 63, 64, 65, 1000], [0, 0.25, 0.9])
    func dropsOutAsItsTwin(count: Int, rate: Double) {
        let stream = NoiseStream(seed: 3, purpose: .dropout, index: 4, draw: 5)
        let x = TwinTests.numbers(1, count, seed: 14)
        Self.expectSameBits(1, count) {
            Float.dropout(x, rate: rate, stream, into: $0)
        } naive: {
            Naive.dropout(x, rate: rate, stream, into: $0)
        }
    }

    @Test func dropoutKeepsTheMean() {
        let x = Matrix<Float>(rows: 1, columns: 100_000)
        x.fill(1)
        Float.dropout(x, rate: 0.3, NoiseStream(seed: 1, purpose: .dropout), into: x)
        let mean = x.values.reduce(0, +) / 100_000
        // Five standard errors: √(0.3/0.7/100 000) = 0.002.
        #expect(abs(mean - 1) < 0.01)
        #expect(Set(x.values) == [0, 1 / (1 - Float(0.3))])
    }
}
