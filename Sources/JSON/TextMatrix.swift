internal import CSimdJSON

/// A matrix that was read from its text, and is an empty array in the document that was parsed.
struct TextMatrix: Sendable {
    /// The place of the empty array on the tape.
    let node: Int
    let matrix: JSONMatrix

    /// - Throws: what reading it through the tape would.
    func floats(columns: Int?, of element: JSONElement) throws(JSONError) -> JSONMatrix {
        guard columns == nil || columns == matrix.columns else {
            throw .wrongWidth(path: element.path, row: 0, expected: columns ?? 0, got: matrix.columns)
        }
        return matrix
    }
}

extension Parser {
    /// Replaces the document, if it is an object whose member `key` is a matrix of numbers without anything odd.
    ///
    /// - Returns: nil where it has to be parsed whole, be it only to say what is wrong with it.
    func parse(_ bytes: [UInt8], matrix key: String) -> TextMatrix? {
        guard bytes.capacity - bytes.count >= Int(CSimdJSONPadding) else { return nil }
        let text = find(key, in: bytes)
        guard text.start > 0 else { return nil }
        var found = CSimdJSONPlainMatrix()
        let values = unsafe [Float](unsafeUninitializedCapacity: text.room) { values, count in
            found = unsafe bytes.withUnsafeBufferPointer {
                unsafe CSimdJSONReadPlainMatrix($0.baseAddress, $0.count, text.start, values.baseAddress)
            }
            count = found.rows * found.columns
        }
        guard found.rows > 0, parse(bytes, without: text.start..<found.end), let node = member(key, of: 1) else {
            return nil
        }
        return TextMatrix(
            node: node, matrix: JSONMatrix(rows: found.rows, columns: found.columns, values: values))
    }

    private func find(_ key: String, in bytes: [UInt8]) -> CSimdJSONMatrixText {
        var key = key
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            key.withUTF8 { key in
                unsafe CSimdJSONFindMatrix(bytes.baseAddress, bytes.count, key.baseAddress, key.count)
            }
        }
    }

    private func parse(_ bytes: [UInt8], without hole: Range<Int>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer {
            unsafe CSimdJSONParserParseWithout(pointer, $0.baseAddress, $0.count, hole.lowerBound, hole.upperBound) == 0
        }
    }
}
