/// A view of some columns of a matrix, or of one row as often as wanted: `[rows, columns]`, each row `rowStride` numbers
/// after the one before. Shares its storage as `Matrix` does.
///
/// The columns of one likelihood family lie side by side among others; kernels work on the group where it lies.
package struct ColumnBlock<Scalar: KernelScalar>: Sendable {
    private let matrix: Matrix<Scalar>
    private let firstColumn: Int
    package let rows: Int
    package let columns: Int
    /// 0 for a row that is repeated.
    package let rowStride: Int

    fileprivate init(_ matrix: Matrix<Scalar>, columns range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= matrix.columns)
        (self.matrix, firstColumn, rowStride) = (matrix, range.lowerBound, matrix.columns)
        (rows, columns) = (matrix.rows, range.count)
    }

    /// One row `[1, n]` seen as `[rows, n]`. Kernels read such a block; only `accumulate` may write to it.
    package init(broadcasting row: Matrix<Scalar>, rows: Int) {
        precondition(row.rows == 1 && rows >= 0)
        self.init(row, firstColumn: 0, rows: rows, columns: row.columns, rowStride: 0)
    }

    private init(_ matrix: Matrix<Scalar>, firstColumn: Int, rows: Int, columns: Int, rowStride: Int) {
        (self.matrix, self.firstColumn, self.rows) = (matrix, firstColumn, rows)
        (self.columns, self.rowStride) = (columns, rowStride)
    }

    /// The first number; valid while this value or another view of the storage lives.
    var pointer: UnsafeMutablePointer<Scalar> { unsafe matrix.pointer + firstColumn }

    package subscript(row: Int, column: Int) -> Scalar {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            return unsafe pointer[row * rowStride + column]
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            unsafe pointer[row * rowStride + column] = newValue
        }
    }

    /// A view of some rows.
    package func rows(_ range: Range<Int>) -> ColumnBlock {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows)
        let part = rowStride == 0 ? matrix : matrix.rows(range)
        return ColumnBlock(
            part, firstColumn: firstColumn, rows: range.count, columns: columns, rowStride: rowStride)
    }

    /// A view of the first rows.
    package func prefix(_ count: Int) -> ColumnBlock { rows(0..<count) }

    /// A view of some of its columns.
    package func columns(_ range: Range<Int>) -> ColumnBlock {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns)
        return ColumnBlock(
            matrix, firstColumn: firstColumn + range.lowerBound, rows: rows, columns: range.count, rowStride: rowStride)
    }

    /// A copy of the numbers in row-major order.
    package var values: [Scalar] {
        (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } }
    }

    /// Whether every cell has memory of its own, so that a kernel may write them in any order.
    var isWritable: Bool { rows <= 1 || rowStride > 0 }

    /// Whether this and the other have a cell for each of the other's.
    func hasShape<Other>(of other: ColumnBlock<Other>) -> Bool {
        rows == other.rows && columns == other.columns
    }
}

extension Matrix {
    /// A view of some columns of all rows.
    package func columns(_ range: Range<Int>) -> ColumnBlock<Scalar> {
        ColumnBlock(self, columns: range)
    }
}
