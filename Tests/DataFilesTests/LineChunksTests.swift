import TestSupport
import Testing

@testable import DataFiles

@Suite struct LineChunksTests {
    struct Line: Equatable {
        let row: Int
        let line: Int
        let text: String
    }

    private func read(_ text: String, size: Int, pieceSize: Int, limit: Int = 100) throws(DataFileError) -> [Line] {
        var chunks = LineChunks(
            ArrayBytes(Array(text.utf8), pieceSize: pieceSize), chunkSize: size, lineLimit: limit)
        var lines: [Line] = []
        while let chunk = try chunks.next() {
            var reader = LineReader(chunk, lineLimit: limit)
            while let range = try reader.next() {
                let text = String(decoding: reader.bytes[range], as: UTF8.self)
                lines.append(Line(row: reader.row, line: reader.line, text: text))
            }
        }
        return lines
    }

    @Test func numbersRecordsAndLines() throws {
        let text = "{}\n\n {\"a\":1}\r\n \t\r\n[\"é\"]"
        let expected = [
            Line(row: 1, line: 1, text: "{}"), Line(row: 2, line: 3, text: " {\"a\":1}\r"),
            Line(row: 3, line: 5, text: "[\"é\"]"),
        ]
        for (size, pieceSize) in [(1, 1), (1, 100), (3, 2), (8, 5), (1000, 1000)] {
            #expect(try read(text, size: size, pieceSize: pieceSize) == expected)
        }
        #expect(try read("", size: 1, pieceSize: 1) == [])
        #expect(try read("\n \n", size: 1, pieceSize: 1) == [])
    }

    @Test func refusesALineThatIsTooLong() throws {
        #expect(try read("\n12345\n", size: 3, pieceSize: 2, limit: 5).map(\.row) == [1])
        for text in ["\n1\n123456\n", "\n1\n123456", "\n1\n123456789\n1"] {
            for (size, pieceSize) in [(1, 1), (1, 100), (3, 2), (1000, 1000)] {
                #expect(throws: DataFileError.recordTooLong(line: 3, limit: 5)) {
                    try read(text, size: size, pieceSize: pieceSize, limit: 5)
                }
            }
        }
    }

    @Test func randomTextReadsLikeTheWhole() throws {
        var generator = SeededGenerator(state: 22)
        for _ in 0..<500 {
            let count = Int.random(in: 0...60, using: &generator)
            let text = String(
                (0..<count).map { _ in "ab \n\n\r1é".unicodeScalars.randomElement(using: &generator) ?? "a" }
                    .reduce(into: String.UnicodeScalarView()) { $0.append($1) })
            let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            var expected: [Line] = []
            for (index, line) in lines.enumerated() where line.contains(where: { $0 != 0x20 && $0 != 0x0D }) {
                expected.append(
                    Line(row: expected.count + 1, line: index + 1, text: String(decoding: line, as: UTF8.self)))
            }
            let size = Int.random(in: 1...30, using: &generator)
            let pieceSize = Int.random(in: 1...30, using: &generator)
            #expect(try read(text, size: size, pieceSize: pieceSize) == expected)
        }
    }
}
