// Numbers as they lie in memory, little-endian on every processor that Elbo runs on.

// Not for any number: calls from other modules would not be specialised.
extension Matrix where Scalar == Float {
    /// The numbers of some bytes, each rounded to the nearest, what is too large to an infinity: one copy.
    ///
    /// - Parameters:
    ///   - bytes: of `rows · columns` numbers.
    ///   - isColumnMajor: whether the numbers of a column lie side by side, instead of those of a row.
    package init(
        _ bytes: ArraySlice<UInt8>, _ format: NumberFormat, rows: Int, columns: Int, isColumnMajor: Bool = false
    ) {
        precondition(bytes.count == rows * columns * format.size, "\(bytes.count) bytes for [\(rows), \(columns)]")
        guard isColumnMajor, rows > 1, columns > 1 else {
            self.init(unwritten: rows, columns: columns)
            unsafe format.write(bytes, to: pointer)
            return
        }
        self = Matrix(bytes, format, rows: columns, columns: rows).transposed()
    }

    /// A copy with rows and columns exchanged: `[columns, rows]`.
    func transposed() -> Matrix {
        let result = Matrix(unwritten: columns, columns: rows)
        let (source, target) = unsafe (pointer, result.pointer)
        // A cache line of the source at a time.
        for start in stride(from: 0, to: columns, by: 16) {
            for row in 0..<rows {
                for column in start..<min(start + 16, columns) {
                    unsafe target[column * rows + row] = source[row * columns + column]
                }
            }
        }
        return result
    }
}

extension Matrix {
    /// Appends the numbers as they lie in memory.
    package func appendBytes(to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(UnsafeBufferPointer(start: pointer, count: count)))
    }
}
