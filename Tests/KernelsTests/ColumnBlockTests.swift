import Testing

@testable import Kernels

@Suite struct ColumnBlockTests {
    static func counting(_ rows: Int, _ columns: Int) -> Matrix<Float> {
        Matrix((0..<rows * columns).map(Float.init), rows: rows, columns: columns)
    }

    @Test func seesItsColumnsAndRows() {
        let block = Self.counting(4, 5).columns(1..<4)
        #expect((block.rows, block.columns, block.rowStride) == (4, 3, 5))
        #expect(block.prefix(2).values == [1, 2, 3, 6, 7, 8])
        #expect(block.rows(2..<4).values == [11, 12, 13, 16, 17, 18])
        #expect(block.rows(1..<3).rows(1..<2)[0, 2] == 13)
        #expect(Self.counting(4, 5).columns(2..<2).values.isEmpty)
        #expect(Self.counting(0, 5).columns(1..<3).values.isEmpty)
    }

    @Test func writesThroughToTheMatrix() {
        let matrix = Self.counting(2, 3)
        matrix.columns(1..<3)[1, 0] = -1
        #expect(matrix.values == [0, 1, 2, 3, -1, 5])
    }

    @Test func repeatsARow() {
        let block = ColumnBlock(broadcasting: Self.counting(1, 2), rows: 3)
        #expect(block.values == [0, 1, 0, 1, 0, 1])
        #expect(block.rows(1..<3).values == [0, 1, 0, 1])
        #expect(!block.isWritable && block.prefix(1).isWritable)
    }

    @Test(arguments: [(0, 3), (1, 1), (5, 3), (3, 16), (4, 33)])
    func sumsColumnsOntoWhatIsThere(rows: Int, columns: Int) {
        let matrix = TwinTests.numbers(rows, columns + 4, seed: 1)
        let (fast, naive) = (TwinTests.numbers(1, columns, seed: 2), TwinTests.numbers(1, columns, seed: 2))
        Float.addColumnSums(matrix.columns(3..<3 + columns), to: fast)
        Naive.addColumnSums(matrix.columns(3..<3 + columns), to: naive)
        #expect(fast.values == naive.values)
    }

    @Test(arguments: [(0, 3), (1, 1), (5, 3), (3, 16), (4, 33)])
    func accumulatesInDouble(rows: Int, columns: Int) {
        let terms = TwinTests.numbers(rows, columns + 4, seed: 3).columns(3..<3 + columns)
        let wide = Matrix<Double>(rows: rows, columns: columns + 2)
        Float.accumulate(terms, into: wide.columns(1..<1 + columns))
        Float.accumulate(terms, into: wide.columns(1..<1 + columns))
        #expect(wide.columns(1..<1 + columns).values == terms.values.map { 2 * Double($0) })
        #expect((0..<rows).allSatisfy { wide[$0, 0] == 0 && wide[$0, columns + 1] == 0 })
        let one = Matrix<Double>(rows: 1, columns: columns)
        Float.accumulate(terms, into: ColumnBlock(broadcasting: one, rows: rows))
        for j in 0..<columns {
            #expect(one[j] == (0..<rows).reduce(0) { $0 + Double(terms[$1, j]) })
        }
    }
}
