import Testing

@testable import Kernels

/// A transposed convolution is the adjoint of the convolution with the same weight, which has tests of its own.
@Suite(.serialized) struct TransposedConvolutionTests {
    struct Case {
        let transposed: TransposedConvolution<Float>
        let x: Matrix<Float>
        let dy: Matrix<Float>

        init(_ problem: ImageProblem, inputs: Int) {
            let map = problem.map
            transposed = TransposedConvolution(
                map, weight: TwinTests.numbers(inputs, map.columnCount, seed: 41),
                bias: TwinTests.numbers(1, map.image.channels, seed: 42))
            x = TwinTests.numbers(problem.rows, transposed.inputShape.count, seed: 43)
            dy = problem.image(seed: 44)
        }

        var exact: TransposedConvolution<Double> {
            TransposedConvolution(transposed.map, weight: transposed.weight.exact, bias: transposed.bias.exact)
        }
    }

    static func run<S: KernelScalar>(
        _ c: TransposedConvolution<S>, _ x: Matrix<S>, _ dy: Matrix<S>
    ) -> [Matrix<S>] {
        let (y, dx) = (Matrix<S>(rows: x.rows, columns: dy.columns), Matrix<S>(rows: x.rows, columns: x.columns))
        let gradient = ImageGoldenTests.gradient(of: c.weight, c.bias)
        for room in [y, dx, gradient.weight, gradient.bias] { room.fill(.nan) }
        c.apply(x, .identity, into: y, columns: c.makeColumns())
        TransposedConvolutionBackward(c).run(x, dy, into: dx, gradient, columns: c.makeColumns())
        return [y, dx, gradient.weight, gradient.bias]
    }

    /// ⟨dy, y − b⟩ = ⟨conv(dy), x⟩ with the same weight; dx = conv(dy); ⟨dw, v⟩ = ⟨conv(dy, v), x⟩ for any v.
    @Test(arguments: ImageProblem.all, [1, 6, 33])
    func isTheAdjointOfTheConvolution(problem: ImageProblem, inputs: Int) {
        let c = Case(problem, inputs: inputs)
        let (exact, x, dy) = (c.exact, c.x.exact, c.dy.exact)
        let results = Self.run(exact, x, dy)
        let none = Matrix<Double>(rows: 1, columns: inputs)
        let convolved = ConvolutionTests.direct(dy, problem.map, exact.weight, none)
        for (a, b) in zip(results[1].values, convolved.values) { #expect(abs(a - b) < 1e-10) }

        let channels = problem.map.image.channels
        let biases = (0..<dy.count).reduce(0) { $0 + dy[$1] * exact.bias[$1 % channels] }
        #expect(abs(ConvolutionTests.dot(dy, results[0]) - biases - ConvolutionTests.dot(convolved, x)) < 1e-8)
        let v = TwinTests.numbers(inputs, problem.map.columnCount, seed: 45).exact
        let byWeight = ConvolutionTests.direct(dy, problem.map, v, none)
        #expect(abs(ConvolutionTests.dot(byWeight, x) - ConvolutionTests.dot(results[2], v)) < 1e-8)
        for channel in 0..<channels {
            let sum = stride(from: channel, to: dy.count, by: channels).reduce(0) { $0 + dy[$1] }
            #expect(abs(results[3][channel] - sum) < 1e-10)
        }
    }

    @Test(arguments: ImageProblem.all, [1, 33])
    func floatFollowsDouble(problem: ImageProblem, inputs: Int) {
        let c = Case(problem, inputs: inputs)
        NormalisationTests.expectTwin(Self.run(c.exact, c.x.exact, c.dy.exact)) { Self.run(c.transposed, c.x, c.dy) }
    }

    @Test(arguments: [(14, 14, 32, 11), (28, 28, 1, 50)])
    func bitsOfARowDoNotDependOnTheBatch(height: Int, width: Int, channels: Int, rows: Int) {
        let c = Case(
            ImageProblem(height, width, channels, Window(kernel: 4, stride: 2, padding: 1), rows: rows), inputs: 20)
        let columns = c.transposed.makeColumns()
        var reference: [UInt64]?
        TwinTests.underEach { set in
            let batch = Matrix<Float>.rubbish(rows, c.dy.columns)
            c.transposed.apply(c.x, .gelu, into: batch, columns: columns)
            for count in [1, 2, 3] {
                let part = Matrix<Float>.rubbish(count, c.dy.columns)
                c.transposed.apply(c.x.rows(rows - count..<rows), .gelu, into: part, columns: columns)
                #expect(part.bits == batch.rows(rows - count..<rows).bits, "\(set)")
            }
            #expect(reference == nil || batch.bits == reference, "\(set)")
            reference = batch.bits
        }
    }

    @Test(arguments: Activation.allCases)
    func appliesTheActivation(f: Activation) {
        let c = Case(ImageProblem(5, 6, 3, Window(kernel: 3, stride: 2, padding: 1), rows: 2), inputs: 7)
        let columns = c.transposed.makeColumns()
        let (y, expected) = (
            Matrix<Float>(rows: 2, columns: c.transposed.outputShape.count),
            Matrix<Float>(rows: 2, columns: c.transposed.outputShape.count)
        )
        c.transposed.apply(c.x, f, into: y, columns: columns)
        c.transposed.apply(c.x, .identity, into: expected, columns: columns)
        Float.activate(f, expected, into: expected)
        #expect(y.bits == expected.bits)
    }
}
