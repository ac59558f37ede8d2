import Kernels
import RealModule
import Records
import TestSupport
import Testing

@testable import VAE

@Suite struct RarityScaleTests {
    private static func scores(_ seed: UInt64) -> [Double] {
        var generator = SeededGenerator(state: seed)
        let count = 1 + Int(generator.next() % 60)
        // Coarse numbers, so that many tie.
        return (0..<count).map { _ in Double.random(in: -3...3, using: &generator).rounded(.toNearestOrEven) / 2 }
    }

    @Test(arguments: 1...60)
    func risesEverywhere(seed: UInt64) {
        let scores = Self.scores(seed)
        let scale = RarityScale(scores)
        let fine = (-4_000...4_000).map { Double($0) / 1_000 }
        let probes = (fine + scores + scores.map { $0.nextUp } + scores.map { $0.nextDown } + [-1e300, 1e300]).sorted()
        let nats = probes.map(scale.nats)
        for i in nats.indices.dropFirst() {
            #expect(nats[i] >= nats[i - 1], "\(probes[i - 1]) \(probes[i])")
            // Above the tail's start no two scores tie.
            if probes[i - 1] > (scores.max() ?? 0), probes[i] - probes[i - 1] > 1e-6 { #expect(nats[i] > nats[i - 1]) }
        }
        #expect(nats.allSatisfy { $0 >= 0 && $0.isFinite })
    }

    /// At a reference score below the tail: −log of the share that is at least as large, one added to both counts.
    @Test func isTheRarityOfTheShare() {
        let scale = RarityScale((1...100).map(Double.init))
        for k in 2...90 {
            let atLeast = 100 - k + 1
            #expect(abs(scale.nats(Double(k)) - Double.log(101 / Double(atLeast + 1))) < 1e-12, "\(k)")
        }
        #expect(scale.nats(0) == 0 && scale.nats(-1e9) == 0)
        // Beyond 91, the 90 % quantile: exponential with the mean excess 4.5.
        let start = Double.log(101 / 11.0)
        for x in [91, 95.5, 100, 190] { #expect(abs(scale.nats(x) - start - (x - 91) / 4.5) < 1e-12) }
    }
}

@Suite struct NeighbourIndexTests {
    private static func numbers(_ rows: Int, _ columns: Int, _ seed: UInt64) -> Matrix<Float> {
        let x = Matrix<Float>(rows: rows, columns: columns)
        Float.normals(NoiseStream(seed: seed, purpose: .sample), into: x)
        return x
    }

    private static func squares(_ x: Matrix<Float>, _ row: Int, _ points: Matrix<Float>) -> [Double] {
        (0..<points.rows).map { i in
            (0..<x.columns).reduce(0.0) { sum, j in
                let d = Double(x[row, j]) - Double(points[i, j])
                return sum + d * d
            }
        }.sorted()
    }

    @Test(arguments: [(1, 1), (2, 3), (4, 16), (5, 17), (6, 31), (40, 5), (100, 33), (129, 64)])
    func distancesAreThoseOfTheNaiveSum(points count: Int, width: Int) {
        let points = Self.numbers(count, width, 1)
        // A point that occurs six times hides all others from its neighbours.
        if count >= 40 { for i in 1..<6 { points.rows(i..<i + 1).assign(points.rows(0..<1)) } }
        let index = NeighbourIndex(points)
        let x = Self.numbers(203, width, 2)
        if count >= 40 { x.rows(0..<1).assign(points.rows(0..<1)) }
        let got = index.distances(x)
        #expect(got.count == 203)
        let longest = (0..<count).map { Float.sumOfSquares(points.rows($0..<$0 + 1)) }.max() ?? 0
        for row in 0..<203 {
            let nearest = Self.squares(x, row, points).prefix(5).map { $0.squareRoot() }
            let expected = nearest.reduce(0, +) / Double(nearest.count)
            // A square in single precision is off by a part of the two whose difference it is; so a distance of 0 is none.
            let rounding = 1e-6 * (longest + Float.sumOfSquares(x.rows(row..<row + 1)))
            let worst = nearest.map { min(rounding.squareRoot(), rounding / $0) }.max() ?? 0
            #expect(abs(got[row] - expected) <= 1e-4 * expected + worst, "\(row) \(got[row]) \(expected)")
            if row > 0, width >= 16 { #expect(abs(got[row] - expected) < 1e-4 * expected) }
        }
        if count >= 40 { #expect(got[0] < 1e-2) }
    }

    @Test func distancesDoNotDependOnTheBatch() {
        let index = NeighbourIndex(Self.numbers(50, 19, 1))
        let x = Self.numbers(200, 19, 2)
        let whole = index.distances(x)
        for row in [0, 1, 95, 96, 97, 199] { #expect(index.distances(x.rows(row..<row + 1))[0] == whole[row]) }
        #expect(index.distances(x.rows(0..<0)).isEmpty)
    }
}

@Suite struct ColumnMarginalsTests {
    private static let code = NumericCode(transform: .linear, offset: 3, scale: 2, median: 0.5, spread: 0.25)

    private func nats(_ column: Column, sample: [Float], _ code: Float) throws -> Double {
        let schema = try Schema([column])
        let marginals = ColumnMarginals(schema, sample: Matrix(sample, rows: sample.count, columns: 1))
        return marginals.nats(Matrix([code]), row: 0)
    }

    /// Student's t with four degrees of freedom: Γ(5/2)/(Γ(2) √(4π)) = 3/8.
    @Test(arguments: [-3, 0.5, 0.75, 12] as [Float])
    func numbersHaveStudentsDensity(code: Float) throws {
        let r = (Double(code) - 0.5) / 0.25
        let expected = -Double.log(0.375 / 0.25 * Double.pow(1 + r * r / 4, -2.5))
        for kind in [ColumnKind.real(Self.code), .positive(Self.code), .count(Self.code)] {
            let got = try nats(Column(name: "a", kind: kind), sample: [0, 1], code)
            #expect(abs(got - expected) < 1e-12, "\(got) \(expected)")
        }
    }

    /// One is added to each count, and one for all unseen levels.
    @Test func levelsHaveTheirShares() throws {
        let column = Column(name: "a", kind: .categorical(MixedTable.levels("x", "y", "z")), isOptional: true)
        let sample: [Float] = [0, 0, 0, 1, -1, .nan]
        let shares = [4, 2, 1, 2] as [Double]
        for (code, share) in zip([0, 1, 2, -1] as [Float], shares) {
            #expect(abs(try nats(column, sample: sample, code) - Double.log(9 / share)) < 1e-12)
        }
        #expect(try nats(column, sample: sample, .nan) == 0)
    }

    @Test func discreteColumnsHaveSharesAndConstantsNothing() throws {
        let atoms = Column(name: "a", kind: .real(Self.code), atoms: [3, 5], isDiscrete: true)
        #expect(abs(try nats(atoms, sample: [0, 0, 1], 1) - Double.log(3)) < 1e-12)
        #expect(abs(try nats(atoms, sample: [0, 0, 1], 0.3) - Double.log(6)) < 1e-12)
        #expect(try nats(Column(name: "a", kind: .constant("q")), sample: [0], 1) == 0)
    }

    @Test func columnsAddUp() throws {
        let marginals = ColumnMarginals(MixedTable.schema, sample: MixedTable.codedRows(50))
        let rows = MixedTable.codedRows(10, seed: 5)
        for row in 0..<10 {
            let whole = marginals.nats(rows, row: row)
            let parts = (0..<rows.columns).reduce(0.0) { sum, column in
                let one = Matrix<Float>(rows: 1, columns: rows.columns)
                one.fill(.nan)
                one[0, column] = rows[row, column]
                return sum + marginals.nats(one, row: 0)
            }
            #expect(abs(whole - parts) < 1e-9)
        }
    }
}

@Suite struct NatsTests {
    @Test func roundedNatsAddUpInAnyOrder() {
        var generator = SeededGenerator(state: 3)
        for scale in [1, 1e3, 1e6] {
            let nats = (0..<50).map { _ in Nats.rounded(Double.random(in: -scale...scale, using: &generator)) }
            #expect(nats.allSatisfy { $0 * 16_777_216 == ($0 * 16_777_216).rounded() })
            let sum = nats.reduce(0, +)
            for _ in 0..<20 { #expect(nats.shuffled(using: &generator).reduce(0, +) == sum) }
        }
        #expect(Nats.rounded(0.1) != 0.1 && abs(Nats.rounded(0.1) - 0.1) < 3e-8)
    }

    /// One wild cell among ordinary ones: the step grows until all fit one double.
    @Test(arguments: [1e9, 1.3e12, 7e20, 1e31]) func sumsStayExactWhateverACellCosts(wild: Double) {
        var generator = SeededGenerator(state: 4)
        let raw = [wild] + (0..<40).map { _ in Double.random(in: -100...100, using: &generator) }
        let step = Nats.step(total: raw.reduce(0) { $0 + abs($1) })
        let nats = raw.map { Nats.rounded($0, to: step) }
        let sum = nats.reduce(0, +)
        for _ in 0..<50 { #expect(nats.shuffled(using: &generator).reduce(0, +) == sum) }
        #expect(abs(nats[0] - wild) <= step && step <= wild * 1e-15)
    }
}
