internal import CSimdJSON

extension JSONElement {
    /// The numbers of `[[…], …]`, or of a flat array, which is one row.
    ///
    /// Each is the nearest binary32 to the nearest binary64, which is exact for whatever was printed from a `Float`.
    ///
    /// - Parameter columns: the width every row must have; nil to take the first row's.
    /// - Throws: `JSONError` naming the row and column of the first fault.
    package func floats(columns: Int? = nil) throws(JSONError) -> JSONMatrix {
        if let textMatrix { return try textMatrix.floats(columns: columns, of: self) }
        var values: [Float] = []
        let shape = try appendFloats(columns: columns, to: &values)
        return JSONMatrix(rows: shape.rows, columns: shape.columns, values: values)
    }

    /// As `floats`, behind what the array holds already, so that a serving path can reuse its memory.
    ///
    /// On failure the array is as it was.
    package func appendFloats(
        columns: Int? = nil, to values: inout [Float]
    ) throws(JSONError) -> (rows: Int, columns: Int) {
        precondition(columns != 0, "a matrix without columns cannot be told from one without rows")
        if let textMatrix {
            let matrix = try textMatrix.floats(columns: columns, of: self)
            values += matrix.values
            return (matrix.rows, matrix.columns)
        }
        var shape = (rows: 0, columns: 0)
        try values.append(addingCapacity: parser.matrixRoom(node)) { span throws(JSONError) in
            try unsafe span.withUnsafeMutableBufferPointer { buffer, count throws(JSONError) in
                shape = try unsafe readMatrix(columns: columns, into: buffer)
                count = shape.rows * shape.columns
            }
        }
        return shape
    }

    private func readMatrix(
        columns: Int?, into buffer: UnsafeMutableBufferPointer<Float>
    ) throws(JSONError) -> (rows: Int, columns: Int) {
        let matrix = unsafe parser.readMatrix(node, columns: columns ?? 0, values: buffer.baseAddress)
        if let error = error(of: matrix) { throw error }
        return (matrix.rows, matrix.columns)
    }

    private func error(of matrix: CSimdJSONMatrix) -> JSONError? {
        let found = JSONElement(document: document, node: matrix.node)
        return switch matrix.status {
        case CSimdJSONMatrixIsWhole:
            nil
        case CSimdJSONMatrixIsEmpty:
            .emptyMatrix(path: path)
        case CSimdJSONMatrixRowIsNotAnArray:
            .rowNotAnArray(path: path, row: matrix.row, got: found.kind)
        case CSimdJSONMatrixRowIsEmpty:
            .emptyRow(path: path, row: matrix.row)
        case CSimdJSONMatrixRowHasWrongWidth:
            .wrongWidth(path: path, row: matrix.row, expected: matrix.columns, got: matrix.width)
        case CSimdJSONMatrixCellIsNotANumber:
            .notANumber(path: path, row: matrix.row, column: matrix.column, got: found.kind)
        case CSimdJSONMatrixCellOverflows:
            .overflow(path: path, row: matrix.row, column: matrix.column, got: found.doubleValue)
        default:
            .wrongKind(path: path, expected: "an array of numbers, or of rows of numbers", got: kind)
        }
    }

    /// Of a number that overflows single precision, which only a binary64 can.
    private var doubleValue: Double { Double(bitPattern: parser.numberBits(node)) }
}
