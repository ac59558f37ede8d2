import DataFiles
import TestSupport
import Testing

@Suite struct NumericTableTests {
    private func table(_ text: String, header: CSVReader.Header = .present) throws -> NumericTable {
        try NumericTable(CSVReader(ArrayBytes(Array(text.utf8), pieceSize: 5), header: header))
    }

    @Test func readsNumbers() throws {
        let table = try table("a,b\n1,2.5\n-3e2,\"4\"\n")
        #expect(table == (try self.table("a,b\r\n1,2.5\r\n-3e2,4")))
        #expect(table.columns == ["a", "b"])
        #expect(table.rows == 2)
        #expect(table.values == [1, 2.5, -300, 4])
    }

    @Test(
        arguments: [
            ("1", 1), (" 1\t", 1), ("+1", 1), ("-1", -1), (".5", 0.5), ("-.5", -0.5), ("1e3", 1000),
            ("1E+3", 1000), ("1e-3", 0.001), ("007", 7), ("0.1", 0.1), ("1e-50", 0), ("0e999", 0),
            ("16777217", 16_777_216),
            ("3.4028235e38", .greatestFiniteMagnitude), ("1e-45", .leastNonzeroMagnitude),
            ("0.0e-99999999999999999999", 0), ("1e-9223372036854775808", 0), ("1e-99999999999999999999", 0),
        ] as [(String, Float)])
    func acceptsWhatPeopleWrite(text: String, value: Float) throws {
        #expect(try table("a\n\(text)\n").values == [value])
    }

    @Test func keepsTheSignOfZero() throws {
        #expect(try table("a\n-0\n-1e-60\n").values.map(\.sign) == [.minus, .minus])
    }

    @Test(arguments: [
        "x", "", " ", "1 2", "0x10", "inf", "nan", "-inf", "+nan", "infinity", "1e", "e3", ".", "+", "-", "+-1", "-+1",
        "++1", "1.2.3",
        "1_000", "1f", "١", "--1", "18., 500", "18.", "5.e3", "1e+", "#",
    ])
    func refusesEverythingElse(text: String) {
        #expect(throws: DataFileError.notANumber(CSVCell(row: 2, line: 3, column: "b", text: text))) {
            try table("a,b\n1,2\n3,\"\(text)\"\n")
        }
    }

    @Test(arguments: [
        "1e39", "-3.5e38", "1e999999999999999999999",
        "1e9223372036854775807", "1e2147483647", "340282360000000000000000000000000000000", "0.1e40",
    ])
    func refusesWhatIsTooLarge(text: String) {
        #expect(throws: DataFileError.numberTooLarge(CSVCell(row: 1, line: 1, column: "1", text: text))) {
            try table("\(text)\n", header: .absent)
        }
    }

    @Test func shortensLongCells() {
        let error = #expect(throws: DataFileError.self) { try table("a\n\(String(repeating: "x", count: 1000))\n") }
        let shown = String(repeating: "x", count: 40) + "…"
        #expect(error?.description == "row 1 (line 2), column \"a\": expected a number, got \"\(shown)\"")
    }

    /// A published data set has this cell: "18., 500" for "18.500", which makes a field too many.
    @Test func namesTheRowOfACorruptedCell() {
        #expect(throws: DataFileError.raggedRow(row: 2, line: 2, expected: 3, got: 4)) {
            try table("5, 7, 1.400\n6, 18., 500, .944\n", header: .absent)
        }
    }

    @Test func readsBackPrintedFloats() throws {
        var generator = SeededGenerator(state: 5)
        let values = (0..<20_000).map { _ in Float(bitPattern: .random(in: .min ... .max, using: &generator)) }
            .filter(\.isFinite)
        let text = "a\n" + values.map(\.description).joined(separator: "\n")
        #expect(try table(text).values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test func readsDoublesExactly() throws {
        var reader = try CSVReader(ArrayBytes(Array("a,b\n0.1,\n1e39,\n".utf8)))
        var values: [Double] = []
        var areEmpty: [Bool] = []
        while try reader.next() {
            values.append(try reader.double(0))
            areEmpty += [reader.isEmpty(0), reader.isEmpty(1)]
        }
        #expect(values == [0.1, 1e39])
        #expect(areEmpty == [false, true, false, true])
    }

    @Test func refusesWhatIsTooLargeForADouble() {
        #expect(throws: DataFileError.numberTooLarge(CSVCell(row: 1, line: 2, column: "a", text: "1e400"))) {
            var reader = try CSVReader(ArrayBytes(Array("a\n1e400\n".utf8)))
            _ = try reader.next()
            _ = try reader.double(0)
        }
    }
}
