import DataFiles
import TestSupport
import Testing

@Suite struct CSVReaderTests {
    /// The header and the records, read in pieces of this many bytes.
    private func read(_ text: String, pieceSize: Int = 1 << 16) throws -> [[String]] {
        var reader = try CSVReader(ArrayBytes(Array(text.utf8), pieceSize: pieceSize))
        var records = [reader.columns]
        while try reader.next() { records.append(try reader.strings()) }
        return records
    }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n3,4\r\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2\r\n3,4\r5,6\n", [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]),
        ("\u{FEFF}a\n1\n", [["a"], ["1"]]),
        ("a\n\n1\n\n\n", [["a"], ["1"]]),
        ("\n\r\na\n1\r\n\r\n", [["a"], ["1"]]),
        ("a,b\n,\n", [["a", "b"], ["", ""]]),
        ("a,b\n1,", [["a", "b"], ["1", ""]]),
        ("a\n\"\"\n", [["a"], [""]]),
        ("\"a\",\"b\"\n\"1,2\",\"x\ny\"\n", [["a", "b"], ["1,2", "x\ny"]]),
        ("a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", [["a", "b"], ["say \"hi\"", "\""]]),
        ("a\n\"x\r\ny\"", [["a"], ["x\r\ny"]]),
        ("a,b\n\"1\",\"2\"", [["a", "b"], ["1", "2"]]),
        ("a, b\n é ,😀\n", [["a", " b"], [" é ", "😀"]]),
    ])
    func readsWhateverThePieces(text: String, records: [[String]]) throws {
        for pieceSize in [1, 2, 3, 5, 1000] {
            #expect(try read(text, pieceSize: pieceSize) == records)
        }
    }

    @Test(
        arguments: [
            ("", .noRecords),
            ("\n\n", .noRecords),
            ("\u{FEFF}", .noRecords),
            ("a,b,a\n", .duplicateColumn(name: "a", first: 1, second: 3)),
            ("a,b\n1,2\n3\n", .raggedRow(row: 2, line: 3, expected: 2, got: 1)),
            ("a,b\n\"x\ny\",2\n3,4,5\n", .raggedRow(row: 2, line: 4, expected: 2, got: 3)),
            ("a\r\n\r\n1\r\n2,3", .raggedRow(row: 2, line: 4, expected: 1, got: 2)),
            ("a,b\n1,\"2\n3,4\n", .unterminatedQuote(line: 2)),
            ("a,b\n\"1\n\",\"2\n3,4\n", .unterminatedQuote(line: 3)),
            ("a,b\n1,x\"y\n", .strayQuote(line: 2)),
            ("a,b\n\"1\"x,2\n", .textAfterQuote(line: 2)),
            ("a,b\n\"1\" ,2\n", .textAfterQuote(line: 2)),
        ] as [(String, DataFileError)])
    func refuses(text: String, expected: DataFileError) {
        for pieceSize in [1, 2, 1000] {
            let error = #expect(throws: DataFileError.self) { try read(text, pieceSize: pieceSize) }
            #expect(error == expected)
            #expect(error?.description.isEmpty == false)
        }
    }

    @Test func refusesInvalidUTF8() throws {
        var reader = try CSVReader(ArrayBytes(Array("a,b\n1,".utf8) + [0xC3, 0x28]))
        _ = try reader.next()
        let first = try reader.string(0)
        #expect(first == "1")
        do throws(DataFileError) {
            _ = try reader.string(1)
            Issue.record("no error")
        } catch {
            #expect(error == .invalidText(line: 2, field: 2))
        }
    }

    @Test func numbersColumnsWithoutAHeader() throws {
        var reader = try CSVReader(ArrayBytes(Array("1;2\n3;4\n".utf8)), header: .absent, separator: UInt8(ascii: ";"))
        var records = [reader.columns]
        while try reader.next() { records.append(try reader.strings()) }
        let (row, isMore) = (reader.row, try reader.next())
        #expect(records == [["1", "2"], ["1", "2"], ["3", "4"]])
        #expect(row == 2)
        #expect(!isMore)
    }

    @Test func refusesARecordWithoutEnd() {
        let source = EndlessBytes(start: "a\n\"")
        #expect(throws: DataFileError.recordTooLong(line: 2, limit: 100_000)) {
            var reader = try CSVReader(source, recordLimit: 100_000)
            _ = try reader.next()
        }
    }

    @Test func randomTextReadsAlikeInAnyPieces() {
        var generator = SeededGenerator(state: 3)
        for _ in 0..<3000 {
            let count = Int.random(in: 0...30, using: &generator)
            let text = String((0..<count).map { _ in "ab,,\"\"\n\r1.".randomElement(using: &generator) ?? "a" })
            let whole = Result { try read(text) }
            let pieces = Result { try read(text, pieceSize: 1) }
            #expect("\(whole)" == "\(pieces)")
        }
    }

    @Test func randomRecordsReadBack() throws {
        var generator = SeededGenerator(state: 4)
        for _ in 0..<300 {
            let width = Int.random(in: 1...4, using: &generator)
            let records = (0..<5).map { _ in (0..<width).map { _ in randomField(&generator) } }
            let names = (0..<width).map { "c\($0)" }
            let text = ([names] + records).map { $0.map(quoted).joined(separator: ",") }.joined(separator: "\r\n")
            #expect(try read(text, pieceSize: 7) == [names] + records)
        }
    }

    private func randomField(_ generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...5, using: &generator)
        return String(
            (0..<count).map { _ in ["a", ",", "\"", "\n", "\r", "é", " "].randomElement(using: &generator) ?? "a" })
    }

    private func quoted(_ field: String) -> String {
        var quoted = "\""
        for scalar in field.unicodeScalars {
            quoted.unicodeScalars.append(contentsOf: scalar == "\"" ? ["\"", "\""] : [scalar])
        }
        return quoted + "\""
    }
}

/// A start, and then spaces for ever.
private final class EndlessBytes: ByteSource {
    private var start: String

    init(start: String) {
        self.start = start
    }

    func append(to bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: start.utf8)
        start = ""
        bytes.append(contentsOf: repeatElement(0x20, count: 1 << 14))
        return true
    }
}
