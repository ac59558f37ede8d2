import DataFiles
import JSON
import Records

/// Reads plain vectors of numbers, such as pixels or codes: by position, whatever the names.
package struct VectorRecords: Sendable {
    private let width: Int
    /// What each column of a table is: a number of the vector, or the caller's name of the record.
    private let idPlace: Int?
    /// Where the model has density, and how a message says so.
    private let support: Support

    /// Which numbers a vector may hold.
    package enum Support: Sendable {
        case anyNumber
        /// Probabilities, such as the grey of a pixel.
        case unitInterval
    }

    /// For lines of JSON, each an array.
    package init(width: Int, support: Support) {
        (self.width, self.support, idPlace) = (width, support, nil)
    }

    /// For a table.
    ///
    /// - Throws: `RecordError.wrongWidth`, or `.missingColumn` for that of the names.
    package init(header: [String], width: Int, support: Support, idColumn: String?) throws(RecordError) {
        (self.width, self.support) = (width, support)
        idPlace = header.firstIndex { $0 == idColumn }
        if let idColumn, idPlace == nil { throw .missingColumn(idColumn) }
        let numbers = header.count - (idPlace == nil ? 0 : 1)
        guard numbers == width else { throw .wrongWidth(expected: width, got: numbers) }
    }

    package var hasIDs: Bool { idPlace != nil }

    /// Appends the vectors of a table to the batch, which has those before the failure when one is thrown.
    ///
    /// - Throws: `DataFileError` for what is no table; bad rows are the batch's.
    package func read(_ reader: inout CSVReader, into batch: inout RecordBatch) throws(DataFileError) {
        while true {
            do throws(DataFileError) {
                guard try reader.next() else { return }
                add(reader, to: &batch)
            } catch .raggedRow(let row, let line, let expected, let got) {
                batch.add(RowFault(row: row, line: line, reason: .ragged(expected: expected, got: got)))
                if let idPlace { batch.add(idPlace < got ? RecordID(cell: reader.text(idPlace)) : .null) }
            }
        }
    }

    private func add(_ reader: borrowing CSVReader, to batch: inout RecordBatch) {
        batch.add(row: reader.row, line: reader.line) { draft throws(RecordError) in
            var place = 0
            for field in reader.columns.indices where field != idPlace {
                draft[place] = try number(reader, field)
                place += 1
            }
        }
        if let idPlace { batch.add(RecordID(cell: reader.text(idPlace))) }
    }

    private func number(_ reader: borrowing CSVReader, _ field: Int) throws(RecordError) -> Float {
        let name = reader.columns[field]
        let number: Float
        do throws(DataFileError) {
            number = try reader.float(field)
        } catch .numberTooLarge {
            throw .overflow(column: name, got: reader.excerpt(field))
        } catch {
            throw .notANumber(column: name, got: reader.excerpt(field))
        }
        return try check(number, name)
    }

    /// Appends the arrays of a chunk of lines to the batch.
    ///
    /// - Throws: `DataFileError.recordTooLong`; bad lines are the batch's.
    package func read(
        _ chunk: RecordChunk, into batch: inout RecordBatch, lineLimit: Int = LineChunks.defaultLineLimit
    ) throws(DataFileError) {
        var lines = LineReader(chunk, lineLimit: lineLimit)
        var documents = JSONDocuments()
        while let range = try lines.next() {
            do throws(JSONError) {
                let element = try documents.parse(lines.bytes, range)
                batch.add(row: lines.row, line: lines.line) { draft throws(RecordError) in
                    try write(element, to: &draft)
                }
            } catch {
                batch.add(RowFault(row: lines.row, line: lines.line, reason: .json(error)))
            }
        }
    }

    private func write(_ element: JSONElement, to draft: inout RowDraft) throws(RecordError) {
        guard case .array = element.kind, let numbers = try? element.elements() else {
            throw .notARecord(got: element.kind.rawValue)
        }
        var place = 0
        for number in numbers {
            if place < width { draft[place] = try self.number(number, "\(place + 1)") }
            place += 1
        }
        guard place == width else { throw .wrongWidth(expected: width, got: place) }
    }

    private func number(_ element: JSONElement, _ name: String) throws(RecordError) -> Float {
        guard case .number = element.kind else { throw .notANumber(column: name, got: element.kind.rawValue) }
        guard let number = try? element.float() else { throw .overflow(column: name, got: "a number") }
        return try check(number, name)
    }

    private func check(_ number: Float, _ name: String) throws(RecordError) -> Float {
        if case .unitInterval = support, !(number >= 0 && number <= 1) {
            throw .badColumn(name: name, expected: "a number from 0 to 1", got: "\(number)")
        }
        return number
    }
}
