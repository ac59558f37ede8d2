import DataFiles
import Kernels
import Records

/// Reads the rows of a table by the names in its header.
package struct CSVRecords: Sendable {
    private enum Use: Sendable {
        case number(Int, NumberCoding)
        case word(Int)
        case id
        case nothing
    }

    private let reading: RecordReading
    /// What each column of the table is for.
    private let uses: [Use]
    /// Optional columns of the model that the table does not have.
    private let absent: [Int]
    private let idField: Int?
    package var hasIDs: Bool { idField != nil }

    /// - Parameter header: the names of the table's columns.
    /// - Throws: `RecordError.unknownColumn`, or `.missingColumn` for one that every record must have, or that the caller says
    ///   names them.
    package init(header: [String], _ reading: RecordReading) throws(RecordError) {
        self.reading = reading
        if reading.requiresID, let id = reading.idColumn, !header.contains(id) { throw .missingColumn(id) }
        let schema = reading.schema
        var (uses, absent) = ([Use](), Set(0..<schema.width))
        for name in header {
            switch schema.place(of: name) {
            case .coded(let place):
                uses.append(schema.coded[place].numberCoding.map { .number(place, $0) } ?? .word(place))
                absent.remove(place)
            case .ignored where name == reading.idColumn: uses.append(.id)
            case .ignored: uses.append(.nothing)
            case nil where name == reading.idColumn: uses.append(.id)
            case nil: throw .unknownColumn(name, known: schema.columns.map(\.name))
            }
        }
        for place in absent.sorted() where !schema.coded[place].isOptional {
            throw .missingColumn(schema.coded[place].name)
        }
        (self.uses, self.absent) = (uses, absent.sorted())
        idField = uses.firstIndex { if case .id = $0 { true } else { false } }
    }

    /// The next records of the reader, at most `limit`.
    ///
    /// - Throws: `DataFileError` for what is no table, `RecordIOError.fault` for a bad row unless such are skipped.
    package func read(_ reader: inout CSVReader, limit: Int = .max) throws -> RecordBatch {
        var batch = RecordBatch(width: reading.schema.width)
        try read(&reader, into: &batch, limit: limit)
        return batch
    }

    /// As above, behind what the batch holds, which has the records before the failure when one is thrown.
    package func read(_ reader: inout CSVReader, into batch: inout RecordBatch, limit: Int = .max) throws {
        while batch.count < limit {
            do throws(DataFileError) {
                guard try reader.next() else { break }
                add(reader, to: &batch)
            } catch .raggedRow(let row, let line, let expected, let got) {
                batch.add(RowFault(row: row, line: line, reason: .ragged(expected: expected, got: got)))
                if let idField { batch.add(idField < got ? RecordID(cell: reader.text(idField)) : .null) }
            }
            if reading.policy == .stop, let fault = batch.faults.first { throw RecordIOError.fault(fault) }
        }
    }

    private func add(_ reader: borrowing CSVReader, to batch: inout RecordBatch) {
        var observed: [CellValue] = []
        if reading.keepsObserved { observed = Array(repeating: .missing, count: reading.schema.width) }
        let coded = batch.codedCount
        batch.add(row: reader.row, line: reader.line) { draft throws(RecordError) in
            for place in absent { draft[place] = Column.missingCode }
            for (field, use) in uses.enumerated() {
                switch use {
                case .number(let place, let coding):
                    draft[place] = try code(number: reader, field, place, coding)
                    if reading.keepsObserved { observed[place] = cell(reader, field, place) }
                case .word(let place):
                    draft[place] = try code(word: reader, field, reading.schema.coded[place])
                    if reading.keepsObserved { observed[place] = cell(reader, field, place) }
                case .id, .nothing: break
                }
            }
            try reading.checkLevel(draft)
        }
        // A bad record, too, comes back under its name.
        if let idField { batch.add(RecordID(cell: reader.text(idField))) }
        if reading.keepsObserved, batch.codedCount > coded { batch.add(observed: observed) }
    }

    private func code(
        word reader: borrowing CSVReader, _ field: Int, _ column: Column
    ) throws(RecordError) -> Float {
        try reader.withField(field) { text throws(RecordError) in
            reading.schema.isMissing(text) ? try column.codeMissing() : try column.code(word: text)
        }
    }

    private func code(
        number reader: borrowing CSVReader, _ field: Int, _ place: Int, _ coding: NumberCoding
    ) throws(RecordError) -> Float {
        let number = reader.number(field)
        if case .number(let value) = number, !reading.schema.isMissing(value) { return coding.code(value) }
        return try code(number, reader, field, reading.schema.coded[place])
    }

    /// A cell that stands for "not known", or should be a number.
    private func code(
        _ number: CSVNumber, _ reader: borrowing CSVReader, _ field: Int, _ column: Column
    ) throws(RecordError) -> Float {
        switch number {
        case .number: return try column.codeMissing()
        case .tooLarge: throw .overflow(column: column.name, got: reader.excerpt(field))
        case .notANumber:
            let isMissing = reader.withField(field) { reading.schema.isMissing($0) }
            guard isMissing else { throw .notANumber(column: column.name, got: reader.excerpt(field)) }
            return try column.codeMissing()
        }
    }

    private func cell(_ reader: borrowing CSVReader, _ field: Int, _ place: Int) -> CellValue {
        if reader.withField(field, { reading.schema.isMissing($0) }) { return .missing }
        if reading.schema.coded[place].takesNumbers, case .number(let value) = reader.number(field) {
            return reading.schema.isMissing(value) ? .missing : .number(value)
        }
        return reading.schema.coded[place].value(ofWord: reader.text(field))
    }
}

extension CSVReader {
    /// A field as text; bytes that are not UTF-8 become replacement characters.
    borrowing func text(_ field: Int) -> String {
        withField(field) { bytes in
            var array: [UInt8] = []
            for i in bytes.indices { array.append(bytes[i]) }
            return String(decoding: array, as: UTF8.self)
        }
    }

    borrowing func excerpt(_ field: Int) -> String {
        withField(field) { CellText.excerpt($0) }
    }
}
