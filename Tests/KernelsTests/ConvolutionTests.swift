import Testing

@testable import Kernels

/// Convolutions against seven loops that know nothing of columns, and against PyTorch.
@Suite(.serialized) struct ConvolutionTests {
    /// y[o] = b[o] + Σ w[o, tap, c] x[place(tap), c], with places counted here.
    static func direct(_ x: Matrix<Double>, _ map: WindowMap, _ w: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<
        Double
    > {
        let (image, window, outputs) = (map.image, map.window, w.rows)
        let y = Matrix<Double>(rows: x.rows, columns: map.output.count * outputs)
        for r in 0..<x.rows {
            for i in 0..<map.output.height {
                for j in 0..<map.output.width {
                    for o in 0..<outputs {
                        var sum = b[o]
                        for ki in 0..<window.kernel.height {
                            for kj in 0..<window.kernel.width {
                                let v = i * window.stride.height + ki - window.padding.height
                                let h = j * window.stride.width + kj - window.padding.width
                                guard 0..<image.height ~= v, 0..<image.width ~= h else { continue }
                                for c in 0..<image.channels {
                                    let tap = (ki * window.kernel.width + kj) * image.channels + c
                                    sum += w[o, tap] * x[r, (v * image.width + h) * image.channels + c]
                                }
                            }
                        }
                        y[r, (i * map.output.width + j) * outputs + o] = sum
                    }
                }
            }
        }
        return y
    }

    static func dot(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
        zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Products of at most 600 terms below 4, each rounded at 6e-8 of a sum that stays below 60.
    static let tolerance = 1e-3

    static func expectClose(
        _ a: Matrix<Float>, _ b: Matrix<Double>, _ comment: Comment, within tolerance: Double = tolerance,
        at place: SourceLocation = #_sourceLocation
    ) {
        #expect(a.count == b.count, comment, sourceLocation: place)
        let worst = zip(a.values, b.values).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst <= tolerance, comment, sourceLocation: place)
    }

    struct Case {
        let convolution: Convolution<Float>
        let x: Matrix<Float>
        let dy: Matrix<Float>
        var exact: Convolution<Double> {
            Convolution(convolution.map, weight: convolution.weight.exact, bias: convolution.bias.exact)
        }

        init(_ problem: ImageProblem, outputs: Int) {
            let map = problem.map
            convolution = Convolution(
                map, weight: TwinTests.numbers(outputs, map.columnCount, seed: 21),
                bias: TwinTests.numbers(1, outputs, seed: 22))
            x = problem.image(seed: 23)
            dy = TwinTests.numbers(problem.rows, convolution.outputShape.count, seed: 24)
        }
    }

    @Test(arguments: ImageProblem.all, [1, 6, 33])
    func convolvesAsTheLoops(problem: ImageProblem, outputs: Int) {
        let c = Case(problem, outputs: outputs)
        let expected = Self.direct(c.x.exact, problem.map, c.convolution.weight.exact, c.convolution.bias.exact)
        TwinTests.underEach { set in
            let y = Matrix<Float>.rubbish(problem.rows, c.convolution.outputShape.count)
            c.convolution.apply(c.x, .identity, into: y, columns: c.convolution.makeColumns())
            Self.expectClose(y, expected, "\(set)")
        }
    }

    /// The convolution is linear in x and in w, so its gradients are known from scalar products alone:
    /// ⟨dy, conv(u, w)⟩ = ⟨dx, u⟩ = ⟨dw, w⟩ for any u with x = u.
    @Test(arguments: ImageProblem.all, [1, 6, 33])
    func gradientsAreAdjoint(problem: ImageProblem, outputs: Int) {
        let c = Case(problem, outputs: outputs)
        let (convolution, x, dy) = (c.exact, c.x.exact, c.dy.exact)
        let none = Matrix<Double>(rows: 1, columns: outputs)
        let gradient = FilterGradient(
            weight: Matrix<Double>(rows: outputs, columns: problem.map.columnCount),
            bias: Matrix<Double>(rows: 1, columns: outputs))
        let dx = Matrix<Double>(rows: x.rows, columns: x.columns)
        ConvolutionBackward(convolution).run(x, dy, into: dx, gradient, columns: convolution.makeColumns())

        // Any direction will do: u for x, v for w.
        let u = problem.image(seed: 25).exact
        let v = TwinTests.numbers(outputs, problem.map.columnCount, seed: 26).exact
        let byX = Self.direct(u, problem.map, convolution.weight, none)
        let byW = Self.direct(x, problem.map, v, none)
        #expect(abs(Self.dot(dy, byX) - Self.dot(dx, u)) < 1e-8)
        #expect(abs(Self.dot(dy, byW) - Self.dot(gradient.weight, v)) < 1e-8)
        for o in 0..<outputs {
            let sum = stride(from: o, to: dy.count, by: outputs).reduce(0) { $0 + dy[$1] }
            #expect(abs(gradient.bias[o] - sum) < 1e-10)
        }
    }

    @Test(arguments: ImageProblem.all, [1, 33])
    func gradientsInFloatFollowThoseInDouble(problem: ImageProblem, outputs: Int) {
        let c = Case(problem, outputs: outputs)
        func run<S: KernelScalar>(_ convolution: Convolution<S>, _ x: Matrix<S>, _ dy: Matrix<S>) -> [Matrix<S>] {
            let dx = Matrix<S>(rows: x.rows, columns: x.columns)
            let gradient = FilterGradient(
                weight: Matrix<S>(rows: outputs, columns: problem.map.columnCount),
                bias: Matrix<S>(rows: 1, columns: outputs))
            gradient.weight.fill(.nan)
            ConvolutionBackward(convolution).run(x, dy, into: dx, gradient, columns: convolution.makeColumns())
            return [dx, gradient.weight, gradient.bias]
        }
        let expected = run(c.exact, c.x.exact, c.dy.exact)
        var reference: [[UInt64]]?
        TwinTests.underEach { set in
            let result = run(c.convolution, c.x, c.dy)
            for (a, b) in zip(result, expected) { Self.expectClose(a, b, "\(set)") }
            let bits = result.map(\.bits)
            #expect(reference == nil || bits == reference, "\(set)")
            reference = bits
        }
    }

    /// Rows of a batch of several blocks, and of batches of other sizes.
    @Test(arguments: [(8, 8, 33, 3, 1, 40), (14, 14, 32, 4, 2, 11), (28, 28, 1, 4, 2, 50)])
    func bitsOfARowDoNotDependOnTheBatch(height: Int, width: Int, channels: Int, kernel: Int, stride: Int, rows: Int) {
        let problem = ImageProblem(
            height, width, channels, Window(kernel: kernel, stride: stride, padding: 1), rows: rows)
        let c = Case(problem, outputs: 20)
        let columns = c.convolution.makeColumns()
        var reference: [UInt64]?
        TwinTests.underEach { set in
            let batch = Matrix<Float>.rubbish(rows, c.dy.columns)
            c.convolution.apply(c.x, .gelu, into: batch, columns: columns)
            for count in [1, 2, 3] {
                let part = Matrix<Float>.rubbish(count, c.dy.columns)
                c.convolution.apply(c.x.rows(rows - count..<rows), .gelu, into: part, columns: columns)
                #expect(part.bits == batch.rows(rows - count..<rows).bits, "\(set)")
            }
            #expect(reference == nil || batch.bits == reference, "\(set)")
            reference = batch.bits
        }
    }

    @Test(arguments: Activation.allCases)
    func appliesTheActivation(f: Activation) {
        let c = Case(ImageProblem(5, 6, 3, Window(kernel: 3, stride: 2, padding: 1), rows: 2), outputs: 7)
        let columns = c.convolution.makeColumns()
        let (y, expected) = (
            Matrix<Float>(rows: 2, columns: c.convolution.outputShape.count),
            Matrix<Float>(rows: 2, columns: c.convolution.outputShape.count)
        )
        c.convolution.apply(c.x, f, into: y, columns: columns)
        c.convolution.apply(c.x, .identity, into: expected, columns: columns)
        Float.activate(f, expected, into: expected)
        #expect(y.bits == expected.bits)
    }
}
