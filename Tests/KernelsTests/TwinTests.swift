import RealModule
import Testing

@testable import Kernels

/// Every C kernel against its naive twin, under each instruction set that this CPU has.
///
/// Serialised, since the instruction set is chosen for the whole process.
@Suite(.serialized) struct TwinTests {
    static let sets = InstructionSet.allCases.filter(\.isAvailable)

    /// Numbers from −span to span, seeded, so that every run sees the same.
    static func numbers(_ rows: Int, _ columns: Int, seed: UInt64, span: Float = 2) -> Matrix<Float> {
        let matrix = Matrix<Float>(rows: rows, columns: columns)
        let words = NoiseStream(seed: seed, purpose: .sample).words(matrix.count)
        matrix.assign(words.map { (Float($0) / 4_294_967_296 * 2 - 1) * span })
        return matrix
    }

    /// Runs the body under every instruction set and returns to the best.
    static func underEach(_ body: (InstructionSet) -> Void) {
        defer { InstructionSet.current = .best }
        for set in sets {
            InstructionSet.current = set
            body(set)
        }
    }

    /// 0, 1, odd, one tile, larger than a tile, larger than a block.
    static let shapes = [0, 1, 2, 3, 5, 12, 13, 64, 97].flatMap { rows in
        [(1, 1), (7, 3), (32, 8), (33, 7), (130, 30), (256, 5)].map { (rows, $0.0, $0.1) }
    }

    @Test(arguments: shapes)
    func productHasTheBitsOfItsTwin(rows: Int, outputs: Int, inputs: Int) {
        let a = Self.numbers(rows, inputs, seed: 1)
        let packed = PackedMatrix(
            transposing: Self.numbers(outputs, inputs, seed: 2), bias: Self.numbers(1, outputs, seed: 3))
        let expected = Matrix<Float>(rows: rows, columns: outputs)
        Naive.product(a, packed, .identity, into: expected)
        Self.underEach { set in
            let c = Matrix<Float>(rows: rows, columns: outputs)
            Float.product(a, packed, .identity, into: c)
            #expect(c.values == expected.values, "\(set)")
        }
    }

    /// A row alone leaves out the terms of its zeros: not even the sign of a zero may tell, be it of a bias, of an input or of a product
    /// that underflows. 5000 inputs are more than are listed.
    @Test(arguments: [45, 5000])
    func zerosLeaveNoTraceInARowAlone(inputs: Int) {
        let (a, weight) = (Self.numbers(13, inputs, seed: 91), Self.numbers(300, inputs, seed: 92))
        for i in stride(from: 0, to: a.count, by: 2) { a[i] = i % 4 == 0 ? 0 : -0.0 }
        for i in 0..<inputs { a[12, i] = i == 7 ? -1e-30 : 0 }
        let bias = Self.numbers(1, 300, seed: 93)
        for j in 0..<200 {
            bias[j] = j % 2 == 0 ? -0.0 : 0
            weight[j, 7] = 1e-30
        }
        let packed = PackedMatrix(transposing: weight, bias: bias)
        for f in [Activation.identity, .relu, .tanh] {
            var seen: [UInt64] = []
            Self.underEach { set in
                let batch = Matrix<Float>(rows: 13, columns: 300)
                Float.product(a, packed, f, into: batch)
                if seen.isEmpty { seen = batch.bits }
                #expect(batch.bits == seen, "\(set)")
                for row in 0..<13 {
                    let alone = Matrix<Float>(rows: 1, columns: 300)
                    Float.product(a.rows(row..<row + 1), packed, f, into: alone)
                    #expect(alone.bits == batch.rows(row..<row + 1).bits, "\(set)")
                }
            }
        }
    }

    /// Less than a block, blocks, and blocks that reach back over others.
    @Test(arguments: [(1, 1), (15, 40), (16, 16), (49, 64), (64, 49), (33, 17)])
    func transposesAsItsTwin(rows: Int, columns: Int) {
        let a = Self.numbers(rows, columns, seed: 94)
        let expected = Matrix<Float>(rows: columns, columns: rows)
        Naive.transpose(a, into: expected)
        Self.underEach { set in
            let b = Matrix<Float>(rows: columns, columns: rows)
            Float.transpose(a, into: b)
            #expect(b.values == expected.values, "\(set)")
        }
    }

    @Test func productOfOneRowHasTheBitsOfTheBatch() {
        let a = Self.numbers(97, 45, seed: 4)
        let packed = PackedMatrix(transposing: Self.numbers(70, 45, seed: 5), bias: nil)
        Self.underEach { set in
            let batch = Matrix<Float>(rows: 97, columns: 70)
            Float.product(a, packed, .gelu, into: batch)
            for rows in 1...16 {
                let part = Matrix<Float>(rows: rows, columns: 70)
                Float.product(a.rows(80..<80 + rows), packed, .gelu, into: part)
                #expect(part.values == batch.rows(80..<80 + rows).values, "\(set)")
            }
        }
    }

    @Test(arguments: [(1, 1), (33, 7), (64, 32), (100, 45)])
    func packingMovesNumbersAsItsTwinDoes(outputs: Int, inputs: Int) {
        let (weight, bias) = (Self.numbers(outputs, inputs, seed: 6), Self.numbers(1, outputs, seed: 7))
        let fast = PackedMatrix<Float>(inputs: inputs, outputs: outputs)
        let naive = PackedMatrix<Float>(inputs: inputs, outputs: outputs)
        Float.pack(transposing: weight, bias: bias, into: fast)
        Naive.pack(transposing: weight, bias: bias, into: naive)
        #expect(fast.panels.values == naive.panels.values)

        let straight = Self.numbers(inputs, outputs, seed: 8)
        Float.pack(straight, into: fast)
        Naive.pack(straight, into: naive)
        #expect(fast.panels.values == naive.panels.values)

        let (transposed, expected) = (
            Matrix<Float>(rows: inputs, columns: outputs), Matrix<Float>(rows: inputs, columns: outputs)
        )
        Float.transpose(weight, into: transposed)
        Naive.transpose(weight, into: expected)
        #expect(transposed.values == expected.values)
    }

    /// Float against the Double twin, so that the error measured is the kernel's own.
    @Test(arguments: Activation.allCases, [1, 15, 16, 17, 1000])
    func activationsAreAccurate(_ f: Activation, count: Int) {
        let x = Self.numbers(1, count, seed: 9, span: 20)
        let dy = Self.numbers(1, count, seed: 10)
        let exactX = Matrix(x.values.map(Double.init))
        let (value, slope) = (Matrix<Double>(rows: 1, columns: count), Matrix<Double>(rows: 1, columns: count))
        Naive.activate(f, exactX, into: value)
        Naive.activateBackward(f, exactX, Matrix(dy.values.map(Double.init)), into: slope)
        Self.underEach { set in
            let (y, dx) = (Matrix<Float>(rows: 1, columns: count), Matrix<Float>(rows: 1, columns: count))
            Float.activate(f, x, into: y)
            Float.activateBackward(f, x, dy, into: dx)
            for i in 0..<count {
                // Four units in the last place of the result, or of a number of order one where terms cancel.
                #expect(abs(Double(y[i]) - value[i]) <= 4e-7 * max(1, abs(value[i])), "\(set) \(f)(\(x[i]))")
                #expect(abs(Double(dx[i]) - slope[i]) <= 8e-7 * max(1, abs(slope[i])), "\(set) \(f)′(\(x[i]))")
            }
        }
    }

    /// The bits of every elementwise kernel, gathered under one instruction set.
    static func fingerprints(count n: Int) -> [[UInt64]] {
        let (x, y, z) = (numbers(3, n, seed: 11, span: 8), numbers(3, n, seed: 12), numbers(3, n, seed: 13))
        let positive = Matrix<Float>(rows: 3, columns: n)
        Float.exponential(x, into: positive)
        var bits: [[UInt64]] = [positive.bits]
        func record(_ outputs: Int = 1, _ body: ([Matrix<Float>]) -> Void) {
            let matrices = (0..<outputs).map { _ in Matrix<Float>(rows: 3, columns: n) }
            body(matrices)
            bits += matrices.map(\.bits)
        }
        for f in Activation.allCases {
            record { Float.activate(f, x, into: $0[0]) }
            record { Float.activateBackward(f, x, y, into: $0[0]) }
        }
        record { Float.gate(x, y, into: $0[0]) }
        record(2) { Float.gateBackward(x, y, z, into: $0[0], $0[1]) }
        record { Float.logarithm(positive, into: $0[0]) }
        record { Float.standardDeviation(x, into: $0[0]) }
        record { Float.reparameterise(x, y, z, into: $0[0]) }
        record { Float.bernoulliBackward(y, logits: x, weight: 0.3, into: $0[0]) }
        record { Float.gaussianBackward(x, mean: y, precision: positive.prefix(1), weight: 0.3, into: $0[0]) }
        record(2) {
            let sample = PosteriorSample(mean: x, logVariance: y, noise: z)
            Float.posteriorBackward(sample, x, klWeight: 0.3, into: $0[0], $0[1])
        }
        record { Float.normals(NoiseStream(seed: 3, purpose: .sample), into: $0[0]) }
        record { Float.binarise(y, NoiseStream(seed: 3, purpose: .sample), into: $0[0]) }
        record { Float.columnSums(x, into: $0[0].prefix(1)) }
        record { Float.columnSquaredErrors(x, mean: y, into: $0[0].prefix(1)) }
        let sums = [
            Float.klDivergence(x, y), Float.bernoulliLogLikelihood(y, logits: x), Float.sumOfSquares(x),
            Float.squaredError(x, mean: y, precision: positive),
        ]
        return bits + [sums.map(\.bitPattern)]
    }

    @Test(arguments: [1, 15, 16, 17, 33, 200])
    func elementwiseBitsDoNotDependOnTheInstructionSet(count: Int) {
        var reference: [[UInt64]]?
        Self.underEach { set in
            let bits = Self.fingerprints(count: count)
            #expect(reference == nil || bits == reference, "\(set)")
            reference = bits
        }
    }

    @Test func sumsFollowTheirTwins() {
        let (x, y) = (Self.numbers(1, 301, seed: 14), Self.numbers(1, 301, seed: 15))
        let precision = Self.numbers(1, 301, seed: 16)
        let (exactX, exactY) = (Matrix(x.values.map(Double.init)), Matrix(y.values.map(Double.init)))
        // 301 terms of order one, each rounded at 6e-8.
        let tolerance = 301 * 6e-8 * 4
        #expect(abs(Float.klDivergence(x, y) - Naive.klDivergence(exactX, exactY)) < tolerance)
        #expect(
            abs(
                Float.bernoulliLogLikelihood(x, logits: y)
                    - Naive.bernoulliLogLikelihood(exactX, logits: exactY)) < tolerance)
        let exactPrecision = Matrix(precision.values.map(Double.init))
        #expect(
            abs(
                Float.squaredError(x, mean: y, precision: precision)
                    - Naive.squaredError(exactX, mean: exactY, precision: exactPrecision)) < tolerance * 8)
        #expect(abs(Float.sumOfSquares(x) - Naive.sumOfSquares(exactX)) < 1e-9)
    }

    @Test func adamFollowsItsTwin() {
        let (fast, naive) = (
            AdamState(weights: Self.numbers(1, 37, seed: 17)), AdamState(weights: Self.numbers(1, 37, seed: 17))
        )
        for t in 1...5 {
            var step = AdamStep(learningRate: 0.01)
            step.correction1 = 1 - Double.pow(step.beta1, t)
            step.correction2 = 1 - Double.pow(step.beta2, t)
            (step.gradientScale, step.averageDecay) = (0.5, 0.9)
            let gradient = Self.numbers(1, 37, seed: UInt64(20 + t))
            Float.adam(fast, gradient: gradient, step: step)
            Naive.adam(naive, gradient: gradient, step: step)
        }
        for (a, b) in zip(fast.weights.values, naive.weights.values) { #expect(abs(a - b) < 2e-6) }
        for (a, b) in zip(fast.average.values, naive.average.values) { #expect(abs(a - b) < 2e-6) }
    }

    @Test func noiseFollowsItsTwin() {
        let stream = NoiseStream(seed: 0x1234_5678_9ABC, purpose: .posterior, index: 5, draw: 9)
        #expect(stream.words(150) == (0..<150).map { Naive<Float>.word(stream, $0) })
        let (fast, exact) = (Matrix<Float>(rows: 1, columns: 1001), Matrix<Double>(rows: 1, columns: 1001))
        Float.normals(stream, into: fast)
        Naive.normals(stream, into: exact)
        for i in 0..<1001 { #expect(abs(Double(fast[i]) - exact[i]) < 2e-6) }
        let p = Self.numbers(1, 150, seed: 18, span: 1)
        let (bits, expected) = (Matrix<Float>(rows: 1, columns: 150), Matrix<Float>(rows: 1, columns: 150))
        Float.binarise(p, stream, into: bits)
        Naive.binarise(p, stream, into: expected)
        #expect(bits.values == expected.values)
    }

    @Test func exponentialReachesZeroAndInfinity() {
        let x = Matrix<Float>([-1000, -103.9, -87.5, 0, 88.7, 89, 1000])
        let y = Matrix<Float>(rows: 1, columns: 7)
        Float.exponential(x, into: y)
        #expect(y[0] == 0 && y[1] > 0 && y[3] == 1 && y[4].isFinite && y[5] == .infinity && y[6] == .infinity)
        #expect(abs(y[2] / 9.984e-39 - 1) < 1e-3)
    }

    @Test(arguments: Activation.allCases)
    func notANumberStaysNotANumber(f: Activation) {
        let y = Matrix<Float>(rows: 1, columns: 1)
        Float.activate(f, Matrix([.nan]), into: y)
        #expect(y[0].isNaN)
    }
}

extension Matrix<Float> {
    var bits: [UInt64] { values.map { UInt64($0.bitPattern) } }
}
