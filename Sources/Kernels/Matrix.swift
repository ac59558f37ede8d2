/// A row-major view of numbers that kernels read and write: `[rows, columns]`.
///
/// Views share their storage, as slices of one array in other libraries do: writing through one is seen by all.
package struct Matrix<Scalar: KernelScalar>: @unchecked Sendable {
    // Sendable: the workers share matrices only for reading; what is written belongs to one worker's workspace at a time.
    private let storage: MatrixStorage<Scalar>
    private let offset: Int
    package let rows: Int
    package let columns: Int

    package var count: Int { rows * columns }

    /// Zeros.
    package init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0)
        self.init(storage: MatrixStorage(count: rows * columns), offset: 0, rows: rows, columns: columns)
    }

    /// Numbers that somebody else is to write, all of them.
    init(unwritten rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0)
        self.init(storage: MatrixStorage(unwritten: rows * columns), offset: 0, rows: rows, columns: columns)
    }

    package init(_ values: [Scalar], rows: Int, columns: Int) {
        precondition(values.count == rows * columns, "\(values.count) values for [\(rows), \(columns)]")
        self.init(rows: rows, columns: columns)
        assign(values)
    }

    /// One row.
    package init(_ values: [Scalar]) {
        self.init(values, rows: 1, columns: values.count)
    }

    private init(storage: MatrixStorage<Scalar>, offset: Int, rows: Int, columns: Int) {
        (self.storage, self.offset, self.rows, self.columns) = (storage, offset, rows, columns)
    }

    /// The first number; valid while this value or another view of the storage lives.
    var pointer: UnsafeMutablePointer<Scalar> { unsafe storage.base + offset }

    package subscript(row: Int, column: Int) -> Scalar {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            return unsafe pointer[row * columns + column]
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            unsafe pointer[row * columns + column] = newValue
        }
    }

    /// The numbers in row-major order, counted from 0.
    package subscript(index: Int) -> Scalar {
        get {
            precondition(index >= 0 && index < count)
            return unsafe pointer[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            unsafe pointer[index] = newValue
        }
    }

    /// Whether both are views of the same numbers.
    package func isSameMemory(as other: Matrix) -> Bool { unsafe pointer == other.pointer && count == other.count }

    /// A view of some rows.
    package func rows(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows)
        return Matrix(
            storage: storage, offset: offset + range.lowerBound * columns, rows: range.count, columns: columns)
    }

    /// A view of the first rows.
    package func prefix(_ count: Int) -> Matrix { rows(0..<count) }

    /// A view of the numbers from `start` on as `[rows, columns]`.
    package func slice(from start: Int, rows: Int, columns: Int) -> Matrix {
        precondition(start >= 0 && rows >= 0 && columns >= 0 && start + rows * columns <= count)
        return Matrix(storage: storage, offset: offset + start, rows: rows, columns: columns)
    }

    /// A copy of the numbers.
    package var values: [Scalar] {
        unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
    }

    /// Calls with the numbers in row-major order. Loops of other modules go through this: their calls of the subscripts are not
    /// specialised for the number type.
    package func withSpan<Result>(_ body: (Span<Scalar>) -> Result) -> Result {
        unsafe body(Span(_unsafeStart: UnsafePointer(pointer), count: count))
    }

    /// As `withSpan`, for writing.
    package func withMutableSpan<Result>(_ body: (inout MutableSpan<Scalar>) -> Result) -> Result {
        var span = unsafe MutableSpan(_unsafeStart: pointer, count: count)
        return body(&span)
    }

    /// Writes the numbers of an array over this view, in row-major order.
    package func assign(_ values: [Scalar]) {
        precondition(values.count == count)
        unsafe values.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            unsafe pointer.update(from: base, count: count)
        }
    }

    /// Writes part of an array over this view.
    package func assign(_ values: ArraySlice<Scalar>) {
        precondition(values.count == count)
        unsafe values.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            unsafe pointer.update(from: base, count: count)
        }
    }

    package func assign(_ other: Matrix) {
        precondition(other.count == count)
        unsafe pointer.update(from: other.pointer, count: count)
    }

    package func fill(_ value: Scalar) {
        // The loop below is not specialised for callers in other modules; zeros are what is asked for most.
        if value.isZero && value.sign == .plus { return unsafe storage.zero(from: pointer, count: count) }
        unsafe pointer.update(repeating: value, count: count)
    }

    /// Appends the numbers to an array.
    package func append(to array: inout [Scalar]) {
        unsafe array.append(contentsOf: UnsafeBufferPointer(start: pointer, count: count))
    }

    /// Whether every number is 0 or 1.
    package var isBinary: Bool {
        (0..<count).allSatisfy { self[$0] == 0 || self[$0] == 1 }
    }

    /// The place of the first number that is not finite.
    package func firstNonFinite() -> Int? {
        // The sum of squares is finite only if every number is; the search is for the rare other case.
        if Scalar.sumOfSquares(self).isFinite { return nil }
        return (0..<count).first { !self[$0].isFinite }
    }
}
