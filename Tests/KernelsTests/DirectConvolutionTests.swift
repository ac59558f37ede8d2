import Testing

@testable import Kernels

/// Convolutions without columns against those with columns.
@Suite(.serialized) struct DirectConvolutionTests {
    @Test(arguments: ImageProblem.all, [1, 8, 17, 33])
    func hasTheBitsOfTheProductWithColumns(problem: ImageProblem, outputs: Int) {
        let map = problem.map
        let x = problem.image(seed: 61)
        let packed = PackedMatrix(
            transposing: TwinTests.numbers(outputs, map.columnCount, seed: 62),
            bias: TwinTests.numbers(1, outputs, seed: 63))
        let columns = Matrix<Float>(rows: x.rows * map.output.count, columns: map.columnCount)
        Naive.unfold(x, map, into: columns)
        for f in [Activation.identity, .relu, .gelu] {
            WindowTwinTests.expectSameBits(columns.rows, outputs) {
                let room = Matrix<Float>.rubbish(1, map.room)
                Float.convolve(x, map, packed, f, into: $0, room: room)
            } naive: {
                Float.product(columns, packed, f, into: $0)
            }
        }
    }

    /// A padding wider than the only window, and an output padding that lines of the image do not reach.
    @Test(arguments: [
        ImageProblem(1, 1, 9, Window(kernel: 1, stride: 20, padding: 5), rows: 2),
        ImageProblem(9, 9, 8, Window(kernel: 2, stride: 2), rows: 3),
        ImageProblem(10, 10, 40, Window(kernel: 6, stride: 3, padding: 3), rows: 2),
        ImageProblem(14, 14, 32, Window(kernel: 4, stride: 2, padding: 1), rows: 2),
        ImageProblem(9, 30, 8, Window(kernel: 3, stride: 1, padding: 2), rows: 2),
    ])
    func isRightAtTheEdges(problem: ImageProblem) {
        ConvolutionTests().convolvesAsTheLoops(problem: problem, outputs: 9)
        TransposedConvolutionTests().floatFollowsDouble(problem: problem, inputs: 9)
    }

    @Test(arguments: Activation.allCases)
    func transposedAppliesTheActivation(f: Activation) {
        let c = TransposedConvolutionTests.Case(
            ImageProblem(6, 6, 17, Window(kernel: 4, stride: 2, padding: 1), rows: 2), inputs: 7)
        #expect(Float.phaseNumbers(c.transposed.map, inputs: 7) > 0)
        let columns = c.transposed.makeColumns()
        let (y, expected) = (Matrix<Float>.rubbish(2, c.dy.columns), Matrix<Float>.rubbish(2, c.dy.columns))
        c.transposed.apply(c.x, f, into: y, columns: columns)
        c.transposed.apply(c.x, .identity, into: expected, columns: columns)
        Float.activate(f, expected, into: expected)
        #expect(y.bits == expected.bits)
    }

    @Test func transposedFollowsItsBias() {
        let c = TransposedConvolutionTests.Case(
            ImageProblem(6, 6, 8, Window(kernel: 4, stride: 2, padding: 1), rows: 1), inputs: 2)
        let y = Matrix<Float>.rubbish(1, c.dy.columns)
        c.x.fill(0)
        c.transposed.bias.fill(3)
        c.transposed.repack()
        c.transposed.apply(c.x, .identity, into: y, columns: c.transposed.makeColumns())
        #expect(y.values.allSatisfy { $0 == 3 })
    }

    /// Four numbers a kernel row and two a step take a path of their own, at any padding.
    @Test(arguments: 0...3, [4, 5, 9])
    func foldsFoursAsItsTwin(padding: Int, width: Int) {
        for (channels, kernel, stride) in [(1, 4, 2), (2, 2, 1)] {
            let window = Window(kernel: kernel, stride: stride, padding: padding)
            let problem = ImageProblem(5, width, channels, window, rows: 2)
            let columns = problem.columns(seed: 64)
            for bias in [TwinTests.numbers(1, channels, seed: 65), nil] {
                WindowTwinTests.expectSameBits(2, problem.map.image.count) {
                    Float.fold(columns, problem.map, bias: bias, into: $0)
                } naive: {
                    Naive.fold(columns, problem.map, bias: bias, into: $0)
                }
            }
        }
    }
}
