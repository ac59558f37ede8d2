import Testing

@testable import JSON

@Suite struct JSONMatrixTests {
    @Test func readsRows() throws {
        let matrix = try parse("[[1, 2.5, -3e2], [4, 5, 18446744073709551615]]").floats(columns: 3)
        #expect(matrix == JSONMatrix(rows: 2, columns: 3, values: [1, 2.5, -300, 4, 5, 0x1p64]))
    }

    @Test func takesAFlatArrayAsOneRow() throws {
        #expect(try parse("[1, 2]").floats(columns: 2) == JSONMatrix(rows: 1, columns: 2, values: [1, 2]))
        #expect(try parse("[[1, 2]]").floats() == JSONMatrix(rows: 1, columns: 2, values: [1, 2]))
        #expect(try parse("[7]").floats() == JSONMatrix(rows: 1, columns: 1, values: [7]))
    }

    @Test func appendsBehindWhatIsThere() throws {
        var values: [Float] = [9]
        let shape = try parse("[[1], [2]]").appendFloats(columns: 1, to: &values)
        #expect(shape == (2, 1))
        #expect(values == [9, 1, 2])
    }

    @Test func failureLeavesTheArrayAsItWas() throws {
        var values: [Float] = [9]
        #expect(throws: JSONError.self) { try parse("[[1], [null]]").appendFloats(to: &values) }
        #expect(values == [9])
    }

    @Test(
        arguments: [
            ("[[1,2],[3]]", nil, .wrongWidth(path: "inputs", row: 1, expected: 2, got: 1)),
            ("[[1,2],[3,4,5]]", nil, .wrongWidth(path: "inputs", row: 1, expected: 2, got: 3)),
            ("[[1,2],[3,4]]", 3, .wrongWidth(path: "inputs", row: 0, expected: 3, got: 2)),
            ("[1,2]", 3, .wrongWidth(path: "inputs", row: 0, expected: 3, got: 2)),
            ("[]", nil, .emptyMatrix(path: "inputs")),
            ("[[]]", nil, .emptyRow(path: "inputs", row: 0)),
            ("[[1],[]]", 1, .emptyRow(path: "inputs", row: 1)),
            ("[[1],2]", nil, .rowNotAnArray(path: "inputs", row: 1, got: .number)),
            ("[[1],{\"a\":[1,2,3]},[2]]", nil, .rowNotAnArray(path: "inputs", row: 1, got: .object)),
            ("[[1,null]]", nil, .notANumber(path: "inputs", row: 0, column: 1, got: .null)),
            ("[[1],[\"2\"]]", nil, .notANumber(path: "inputs", row: 1, column: 0, got: .string)),
            ("[1,true]", nil, .notANumber(path: "inputs", row: 0, column: 1, got: .bool)),
            ("[1,[2,3,4]]", nil, .notANumber(path: "inputs", row: 0, column: 1, got: .array)),
            ("[[[1]]]", nil, .notANumber(path: "inputs", row: 0, column: 0, got: .array)),
            ("[{}]", nil, .notANumber(path: "inputs", row: 0, column: 0, got: .object)),
            ("[[1],[-1e39]]", nil, .overflow(path: "inputs", row: 1, column: 0, got: -1e39)),
            ("3", nil, .wrongKind(path: "inputs", expected: JSONMatrixTests.matrixWords, got: .number)),
            ("{}", nil, .wrongKind(path: "inputs", expected: JSONMatrixTests.matrixWords, got: .object)),
        ] as [(String, Int?, JSONError)])
    func refuses(text: String, columns: Int?, expected: JSONError) {
        #expect(throws: expected) { try parse("{\"inputs\": \(text)}").member("inputs").floats(columns: columns) }
    }

    static let matrixWords = "an array of numbers, or of rows of numbers"

    @Test func messagesNameRowAndColumn() {
        let error = #expect(throws: JSONError.self) {
            try parse("{\"inputs\": [[1], [null]]}").member("inputs").floats()
        }
        #expect(error?.description == "inputs: row 1, column 0: expected a number, got null")
    }

    /// More elements than the 24 bits that simdjson's tape has for a count.
    @Test func readsMoreThanTheTapeCounts() throws {
        let count = (1 << 24) + 5
        var bytes = [UInt8](repeating: UInt8(ascii: "7"), count: 2 * count + 1)
        for index in stride(from: 0, to: bytes.count, by: 2) { bytes[index] = UInt8(ascii: ",") }
        bytes[0] = UInt8(ascii: "[")
        bytes[2 * count] = UInt8(ascii: "]")
        let matrix = try JSONDocument(bytes).root.floats()
        #expect(matrix.columns == count)
        #expect(matrix.values.allSatisfy { $0 == 7 })
    }
}
