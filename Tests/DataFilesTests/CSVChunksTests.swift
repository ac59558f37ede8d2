import TestSupport
import Testing

@testable import DataFiles

@Suite struct CSVChunksTests {
    /// A record and where it stood, or why the next could not be read.
    enum Event: Equatable {
        case columns([String])
        case record(row: Int, line: Int, fields: [String])
        case failure(DataFileError)
        case end
    }

    private func read(_ reader: inout CSVReader, to events: inout [Event]) -> Bool {
        while true {
            do throws(DataFileError) {
                guard try reader.next() else { return true }
                events.append(.record(row: reader.row, line: reader.line, fields: try reader.strings()))
            } catch {
                events.append(.failure(error))
                guard case .raggedRow = error else { return false }
            }
        }
    }

    private func sequentially(_ text: String, header: CSVReader.Header, pieceSize: Int, limit: Int) -> [Event] {
        var events: [Event] = []
        do throws(DataFileError) {
            let source = ArrayBytes(Array(text.utf8), pieceSize: pieceSize)
            var reader = try CSVReader(source, header: header, recordLimit: limit)
            events.append(.columns(reader.columns))
            guard read(&reader, to: &events) else { return events }
        } catch {
            return [.failure(error)]
        }
        return events + [.end]
    }

    private func inChunks(
        _ text: String, header: CSVReader.Header, size: Int, pieceSize: Int, limit: Int
    ) -> [Event] {
        var events: [Event] = []
        do throws(DataFileError) {
            let source = ArrayBytes(Array(text.utf8), pieceSize: pieceSize)
            var chunks = try CSVChunks(source, header: header, chunkSize: size, recordLimit: limit)
            events.append(.columns(chunks.columns))
            while let chunk = try chunks.next() {
                #expect(!chunk.bytes.isEmpty && chunk.bytes.capacity - chunk.bytes.count >= 64)
                var reader = CSVReader(chunk, columns: chunks.columns, recordLimit: limit)
                guard read(&reader, to: &events) else { return events }
            }
        } catch {
            events.append(.failure(error))
            return events
        }
        return events + [.end]
    }

    @Test(arguments: [
        "a,b\n1,2\n3,4\n",
        "a,b\r\n1,2\r\n\r\n3,4\r\n",
        "a\r1\r\r2",
        "\u{FEFF}a,b\n\"x\r\ny\",2\n\n\"\"\"\n\",é\n",
        "a,b\n1\n2,3\n4,5,6\n7,8\n",
        "a,b\n1,2\nx\"y,2\n3,4\n",
        "a,b\n1,2\n\"x\"y,2\n3,4\n",
        "a,b\n1,2\n\"x\n3,4\n",
        "a\n12345678901234567\n1\n",
        "a\n1234567890123456\n\"23456789\n12345678\"\n",
        "a,a\n1,2\n", "", "\r\n\r", "a", "a\r\n", "a\r",
    ])
    func readsLikeTheWhole(text: String) {
        for header in [CSVReader.Header.present, .absent] {
            let whole = sequentially(text, header: header, pieceSize: 1 << 16, limit: 16)
            for (size, pieceSize) in [(1, 1), (1, 100), (2, 3), (5, 1), (5, 100), (7, 4), (1000, 5), (1000, 1000)] {
                #expect(inChunks(text, header: header, size: size, pieceSize: pieceSize, limit: 16) == whole)
                #expect(sequentially(text, header: header, pieceSize: pieceSize, limit: 16) == whole)
            }
        }
    }

    /// Well-formed tables with everything that a table may have, and a damaged one in three.
    @Test func randomTablesReadLikeTheWhole() {
        var generator = SeededGenerator(state: 21)
        for round in 0..<1500 {
            let text = randomTable(damaged: round % 3 == 0, &generator)
            let header = Bool.random(using: &generator) ? CSVReader.Header.present : .absent
            let limit = Int.random(in: 12...60, using: &generator)
            let whole = sequentially(text, header: header, pieceSize: 1 << 16, limit: limit)
            for _ in 0..<4 {
                let size = Int.random(in: 1...40, using: &generator)
                let pieceSize = Int.random(in: 1...30, using: &generator)
                let chunks = inChunks(text, header: header, size: size, pieceSize: pieceSize, limit: limit)
                #expect(chunks == whole, "\(text.debugDescription), chunks of \(size), pieces of \(pieceSize)")
            }
        }
    }

    private func randomTable(damaged: Bool, _ generator: inout SeededGenerator) -> String {
        let width = Int.random(in: 1...3, using: &generator)
        var text = (0..<width).map { "c\($0)" }.joined(separator: ",") + "\r\n"
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let isRagged = Int.random(in: 0..<8, using: &generator) == 0
            let count = isRagged ? width + 1 : width
            text += (0..<count).map { _ in randomField(&generator) }.joined(separator: ",")
            text += ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r\n"].randomElement(using: &generator) ?? "\n"
        }
        guard damaged else { return text }
        var scalars = Array(text.unicodeScalars)
        let place = Int.random(in: 0...scalars.count, using: &generator)
        scalars.insert(["\"", "\n", ",", "x"].randomElement(using: &generator) ?? "x", at: place)
        return String(String.UnicodeScalarView(scalars))
    }

    private func randomField(_ generator: inout SeededGenerator) -> String {
        let plain = ["", "1", "-2.5", "é", "日本語 text", "a b", "0123456789"]
        let quoted = [
            "\"\"", "\"a,b\"", "\"x\ny\"", "\"x\r\ny\"", "\"\r\"", "\"\r\"\"\n\"", "\"\"\"q\"\"\"", "\"😀\n\"",
        ]
        return (plain + quoted).randomElement(using: &generator) ?? ""
    }

    @Test func chunksAreAboutAsLargeAsAskedFor() throws {
        let rows = (1...1000).map { "\($0),\"x\ny\"" }
        let text = "a,b\n" + rows.joined(separator: "\n\n") + "\n"
        var chunks = try CSVChunks(ArrayBytes(Array(text.utf8), pieceSize: 700), chunkSize: 300)
        var bytes = Array("a,b\n".utf8)
        var row = 1
        while let chunk = try chunks.next() {
            #expect(chunk.firstRow == row)
            #expect(chunk.bytes.count <= 300 + 10)
            row += try #require(String(validating: chunk.bytes, as: UTF8.self)).split(separator: "\n").count / 2
            bytes += chunk.bytes
        }
        #expect(bytes == Array(text.utf8))
    }

    @Test func givesTheRecordsBeforeTheSourceFails() throws {
        var chunks = try CSVChunks(FailingBytes(Array("a\n1\n2\n3".utf8)))
        let first = try chunks.next()
        #expect(first?.bytes == Array("1\n2\n".utf8))
        for _ in 0..<2 {
            do throws(DataFileError) {
                _ = try chunks.next()
                Issue.record("no error")
            } catch {
                #expect(error == .gzipTruncated)
            }
        }
    }
}

/// Some bytes, and then a failure.
final class FailingBytes: ByteSource {
    private var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func append(to bytes: inout [UInt8]) throws(DataFileError) -> Bool {
        guard !self.bytes.isEmpty else { throw .gzipTruncated }
        bytes += self.bytes
        self.bytes = []
        return true
    }
}
