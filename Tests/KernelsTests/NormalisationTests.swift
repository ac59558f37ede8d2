import Testing

@testable import Kernels

/// Normalisation against its twin in double and against central differences.
@Suite(.serialized) struct NormalisationTests {
    /// y, dx, dγ and dβ of a normalisation by groups.
    static func groupResults<S: KernelScalar>(
        _ x: Matrix<S>, _ groups: ChannelGroups, _ affine: Affine<S>, _ dy: Matrix<S>
    ) -> [Matrix<S>] {
        let moments = Moments<S>(rows: x.rows, columns: groups.groups)
        S.groupMoments(x, groups, into: moments)
        let by = GroupNormalisation(groups, moments, affine)
        let results = rooms(x, affine)
        S.normalise(x, by, into: results[0])
        S.normaliseBackward(x, by, dy, into: results[1], Affine(gamma: results[2], beta: results[3]))
        return results
    }

    /// y, dx, dγ and dβ of a normalisation by columns.
    static func columnResults<S: KernelScalar>(_ x: Matrix<S>, _ affine: Affine<S>, _ dy: Matrix<S>) -> [Matrix<S>] {
        let moments = Moments<S>(rows: 1, columns: x.columns)
        S.columnMoments(x, into: moments)
        let by = ColumnNormalisation(moments, affine)
        let results = rooms(x, affine)
        S.normalise(x, by, into: results[0])
        S.normaliseBackward(x, by, dy, into: results[1], Affine(gamma: results[2], beta: results[3]))
        return results
    }

    private static func rooms<S: KernelScalar>(_ x: Matrix<S>, _ affine: Affine<S>) -> [Matrix<S>] {
        let rooms = [x, x, affine.gamma, affine.beta].map { Matrix<S>(rows: $0.rows, columns: $0.columns) }
        for room in rooms { room.fill(.nan) }
        return rooms
    }

    static let groups: [(ChannelGroups, rows: Int, affinePerNumber: Bool)] = [
        (ChannelGroups(places: 1, channels: 2, groups: 1), 1, false),
        (ChannelGroups(places: 5, channels: 3, groups: 1), 3, true),
        (ChannelGroups(places: 7, channels: 6, groups: 3), 2, false),
        (ChannelGroups(places: 4, channels: 40, groups: 2), 2, true),
        (ChannelGroups(places: 49, channels: 64, groups: 8), 3, false),
        (ChannelGroups(places: 25, channels: 1, groups: 1), 4, true),
        (ChannelGroups(places: 3, channels: 5, groups: 5), 0, false),
    ]

    static func problem(_ groups: ChannelGroups, _ rows: Int, _ perNumber: Bool) -> (
        x: Matrix<Float>, affine: Affine<Float>, dy: Matrix<Float>
    ) {
        let width = perNumber ? groups.count : groups.channels
        let affine = Affine(
            gamma: TwinTests.numbers(1, width, seed: 31), beta: TwinTests.numbers(1, width, seed: 32))
        let x = TwinTests.numbers(rows, groups.count, seed: 33)
        // Far from zero, where one pass over the squares would lose the variance.
        x.assign(x.values.map { $0 + 100 })
        return (x, affine, TwinTests.numbers(rows, groups.count, seed: 34))
    }

    static func exact(_ a: Affine<Float>) -> Affine<Double> { Affine(gamma: a.gamma.exact, beta: a.beta.exact) }

    /// Each of the results under each instruction set: near the double twin's, and everywhere with the same bits.
    static func expectTwin(_ expected: [Matrix<Double>], _ body: () -> [Matrix<Float>]) {
        var reference: [[UInt64]]?
        TwinTests.underEach { set in
            let results = body()
            // Numbers around 100 keep 8e-6; over a deviation of about one, and at most 150 of them in a sum.
            for (a, b) in zip(results, expected) { ConvolutionTests.expectClose(a, b, "\(set)", within: 2e-3) }
            let bits = results.map(\.bits)
            #expect(reference == nil || bits == reference, "\(set)")
            reference = bits
        }
    }

    @Test(arguments: groups)
    func groupsFollowTheirTwin(groups: ChannelGroups, rows: Int, affinePerNumber: Bool) {
        let p = Self.problem(groups, rows, affinePerNumber)
        let expected = Self.groupResults(p.x.exact, groups, Self.exact(p.affine), p.dy.exact)
        Self.expectTwin(expected) { Self.groupResults(p.x, groups, p.affine, p.dy) }
    }

    @Test(arguments: [(1, 1), (2, 3), (50, 17), (200, 64)])
    func columnsFollowTheirTwin(rows: Int, columns: Int) {
        let groups = ChannelGroups(places: 1, channels: columns, groups: 1)
        let p = Self.problem(groups, rows, false)
        let expected = Self.columnResults(p.x.exact, Self.exact(p.affine), p.dy.exact)
        // One row has no variance: what its rounding leaves is over √10⁻⁵.
        Self.expectTwin(expected) { Self.columnResults(p.x, p.affine, p.dy) }
    }

    @Test(arguments: groups.filter { $0.rows > 1 })
    func rowsOfABatchHaveTheirOwnBits(groups: ChannelGroups, rows: Int, affinePerNumber: Bool) {
        let p = Self.problem(groups, rows, affinePerNumber)
        let batch = Self.groupResults(p.x, groups, p.affine, p.dy)
        for row in 0..<rows {
            let one = Self.groupResults(p.x.rows(row..<row + 1), groups, p.affine, p.dy.rows(row..<row + 1))
            #expect(one[0].bits == batch[0].rows(row..<row + 1).bits)
            #expect(one[1].bits == batch[1].rows(row..<row + 1).bits)
        }
    }

    /// Σ dy · y as a function of one number: its derivative by a five-point stencil, whose error is of the fourth order.
    static func derivative(_ dy: Matrix<Double>, of number: Int, in matrix: Matrix<Double>, _ y: () -> Matrix<Double>)
        -> Double
    {
        let (start, h) = (matrix[number], 1e-3)
        func value(_ steps: Double) -> Double {
            matrix[number] = start + steps * h
            return ConvolutionTests.dot(dy, y())
        }
        let slope = (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * h)
        matrix[number] = start
        return slope
    }

    static func expectGradients(
        _ inputs: [Matrix<Double>], _ dy: Matrix<Double>, _ gradients: [Matrix<Double>], _ y: () -> Matrix<Double>
    ) {
        for (input, gradient) in zip(inputs, gradients) {
            for i in 0..<input.count {
                // h⁴ times fifth derivatives of order 10³.
                #expect(abs(derivative(dy, of: i, in: input, y) - gradient[i]) < 1e-7 * max(1, abs(gradient[i])))
            }
        }
    }

    @Test(arguments: groups.filter { $0.0.count < 100 })
    func gradientsOfGroupsAreThoseOfDifferences(groups: ChannelGroups, rows: Int, affinePerNumber: Bool) {
        let p = Self.problem(groups, rows, affinePerNumber)
        let (x, affine, dy) = (p.x.exact, Self.exact(p.affine), p.dy.exact)
        let results = Self.groupResults(x, groups, affine, dy)
        Self.expectGradients([x, affine.gamma, affine.beta], dy, Array(results.dropFirst())) {
            Self.groupResults(x, groups, affine, dy)[0]
        }
    }

    @Test(arguments: [(5, 1), (7, 3)])
    func gradientsOfColumnsAreThoseOfDifferences(rows: Int, columns: Int) {
        let p = Self.problem(ChannelGroups(places: 1, channels: columns, groups: 1), rows, false)
        let (x, affine, dy) = (p.x.exact, Self.exact(p.affine), p.dy.exact)
        let results = Self.columnResults(x, affine, dy)
        Self.expectGradients([x, affine.gamma, affine.beta], dy, Array(results.dropFirst())) {
            Self.columnResults(x, affine, dy)[0]
        }
    }

    /// Of the pools, upsampling and dropout, which are linear where they are smooth.
    @Test func gradientsOfPoolsAreThoseOfDifferences() {
        let problem = ImageProblem(5, 4, 2, Window(kernel: 3, stride: 2, padding: 1), rows: 2)
        let (map, x, dy) = (problem.map, problem.image(seed: 35).exact, problem.pooled(seed: 36).exact)
        let dx = Matrix<Double>(rows: 2, columns: x.columns)
        let y = Matrix<Double>(rows: 2, columns: dy.columns)
        Double.maxPoolBackward(x, map, dy, into: dx)
        Self.expectGradients([x], dy, [dx]) {
            Double.maxPool(x, map, into: y)
            return y
        }
        Double.averagePoolBackward(map, dy, into: dx)
        Self.expectGradients([x], dy, [dx]) {
            Double.averagePool(x, map, into: y)
            return y
        }
        let large = Matrix<Double>(rows: 2, columns: x.columns * 4)
        let dLarge = TwinTests.numbers(2, x.columns * 4, seed: 37).exact
        Double.upsampleBackward(dLarge, map.image, factor: 2, into: dx)
        Self.expectGradients([x], dLarge, [dx]) {
            Double.upsample(x, map.image, factor: 2, into: large)
            return large
        }
    }
}
