import JSON
import Records

/// The cells of one column, one for each record.
package enum ColumnCells: Sendable {
    /// NaN is an empty cell.
    case numbers([Double])
    /// 1 and 0 for true and false.
    case flags([Double])
    case words([ArraySlice<UInt8>])
    /// Whatever JSON has for cells.
    case elements([JSONElement])
}

/// Reads records that come column by column, as tensors do.
package struct ColumnRecords: Sendable {
    private let reading: RecordReading

    package init(_ reading: RecordReading) {
        self.reading = reading
    }

    /// - Parameters:
    ///   - columns: by name, each of `rows` cells; those that the schema ignores are left out.
    ///   - rows: numbered from 0.
    /// - Throws: `RecordError` for a column that is unknown, given twice, or missing though every record must have it,
    ///   `RecordIOError.fault` for the first bad record.
    package func read(_ columns: [(name: String, cells: ColumnCells)], rows: Int) throws -> RecordBatch {
        let (schema, places) = (reading.schema, try places(of: columns.map(\.name)))
        var batch = RecordBatch(width: schema.width)
        for row in 0..<rows {
            batch.add(row: row, line: nil) { draft throws(RecordError) in
                for (place, column) in zip(places, columns) {
                    guard let place else { continue }
                    draft[place] = try Self.code(column.cells, row, schema.coded[place], schema)
                }
                try draft.fillAbsent(schema.coded)
                try reading.checkLevel(draft)
            }
            if let fault = batch.faults.first { throw RecordIOError.fault(fault) }
        }
        return batch
    }

    /// Where each column leads; nil for one that is ignored.
    private func places(of names: [String]) throws(RecordError) -> [Int?] {
        var places: [Int?] = []
        for (i, name) in names.enumerated() {
            if names[..<i].contains(name) { throw .repeatedColumn(name) }
            switch reading.schema.place(of: name) {
            case .coded(let place): places.append(place)
            case .ignored: places.append(nil)
            case nil: throw .unknownColumn(name, known: reading.schema.columns.map(\.name))
            }
        }
        for (place, column) in reading.schema.coded.enumerated() where !column.isOptional && !places.contains(place) {
            throw .missingColumn(column.name)
        }
        return places
    }

    private static func code(
        _ cells: ColumnCells, _ row: Int, _ column: Column, _ schema: Schema
    ) throws(RecordError) -> Float {
        switch cells {
        case .numbers(let numbers): return try JSONCell.code(number: numbers[row], column, schema)
        case .flags(let flags): return try JSONCell.code(flag: flags[row], column)
        case .elements(let elements): return try JSONCell.code(elements[row], column, schema)
        case .words(let words):
            let word = Array(words[row])
            return schema.isMissing(word.span) ? try column.codeMissing() : try column.code(word: word.span)
        }
    }
}
