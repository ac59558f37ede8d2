import DataFiles

/// A table read as a whole and in small chunks: the same records, rows, lines and first fault.
enum Table {
    private struct Record: Equatable {
        let row: Int
        let line: Int
        let cells: [String]
    }

    private static let limit = 1 << 12

    static func check(csv bytes: [UInt8]) {
        precondition(whole(bytes) == chunked(bytes), "a table says another thing in chunks")
    }

    private static func whole(_ bytes: [UInt8]) -> ([Record], String) {
        do {
            var reader = try CSVReader(ArrayBytes(bytes, pieceSize: max(1, bytes.count)), recordLimit: limit)
            return try records(&reader)
        } catch {
            return ([], "\(error)")
        }
    }

    private static func chunked(_ bytes: [UInt8]) -> ([Record], String) {
        var all: [Record] = []
        do {
            var chunks = try CSVChunks(ArrayBytes(bytes, pieceSize: 3), chunkSize: 7, recordLimit: limit)
            while let chunk = try chunks.next() {
                var reader = CSVReader(chunk, columns: chunks.columns, recordLimit: limit)
                let (records, fault) = try records(&reader)
                all += records
                if !fault.isEmpty { return (all, fault) }
            }
            return (all, "")
        } catch {
            return (all, "\(error)")
        }
    }

    private static func records(_ reader: inout CSVReader) throws(DataFileError) -> ([Record], String) {
        var all: [Record] = []
        do throws(DataFileError) {
            while try reader.next() {
                all.append(Record(row: reader.row, line: reader.line, cells: try reader.strings()))
                for column in reader.columns.indices { _ = reader.number(column) }
            }
            return (all, "")
        } catch {
            return (all, "\(error)")
        }
    }

    static func check(lines bytes: [UInt8]) {
        let whole = lines(of: [RecordChunk(bytes: bytes, firstRow: 1, firstLine: 1)])
        var chunks = LineChunks(ArrayBytes(bytes, pieceSize: 3), chunkSize: 7, lineLimit: limit)
        var pieces: [RecordChunk] = []
        while let chunk = try? chunks.next() { pieces.append(chunk) }
        precondition(whole == lines(of: pieces), "lines say another thing in chunks")
    }

    private static func lines(of chunks: [RecordChunk]) -> [String] {
        var all: [String] = []
        for chunk in chunks {
            var reader = LineReader(chunk, lineLimit: limit)
            do {
                while let range = try reader.next() {
                    all.append("\(reader.row) \(reader.line) \(Array(reader.bytes[range]))")
                }
            } catch {
                all.append("\(error)")
                return all
            }
        }
        return all
    }
}
