import DataFiles
import JSON
import Kernels
import Records

/// Reads records from JSON: objects by name, arrays by position, in arrays or a line each.
package struct JSONRecords: Sendable {
    private let reading: RecordReading
    /// All names that a record may have, the model's first.
    private let names: Levels
    private let uses: [Use]
    /// Whether records may have names of their own; any of them may go without.
    package var hasIDs: Bool { reading.idColumn != nil }

    private enum Use: Sendable {
        case column(Int)
        case id
        case nothing
    }

    package init(_ reading: RecordReading) throws(RecordError) {
        self.reading = reading
        var (names, uses) = ([String](), [Use]())
        for column in reading.schema.columns {
            names.append(column.name)
            switch reading.schema.place(of: column.name) {
            case .coded(let place): uses.append(.column(place))
            case .ignored, nil: uses.append(column.name == reading.idColumn ? .id : .nothing)
            }
        }
        if let id = reading.idColumn, reading.schema.place(of: id) == nil {
            names.append(id)
            uses.append(.id)
        }
        (self.names, self.uses) = (try Levels(names), uses)
    }

    // MARK: Records

    /// The records of an array.
    ///
    /// - Throws: `JSONError` for what is no array, `RecordIOError.fault` for a bad record unless such are skipped.
    package func read(_ array: JSONElement) throws -> RecordBatch {
        var batch = RecordBatch(width: reading.schema.width)
        for (row, element) in try array.elements().enumerated() {
            add(element, row: row, line: nil, to: &batch)
            if reading.policy == .stop, let fault = batch.faults.first { throw RecordIOError.fault(fault) }
        }
        return batch
    }

    /// One record by itself: an object or an array.
    ///
    /// - Throws: `RecordIOError.fault` unless bad records are skipped.
    package func read(record: JSONElement) throws(RecordIOError) -> RecordBatch {
        var batch = RecordBatch(width: reading.schema.width)
        add(record, row: 0, line: nil, to: &batch)
        if reading.policy == .stop, let fault = batch.faults.first { throw .fault(fault) }
        return batch
    }

    /// The records of a chunk of lines.
    ///
    /// - Parameter lineLimit: that of the `LineChunks` that cut it.
    package func read(_ chunk: RecordChunk, lineLimit: Int = LineChunks.defaultLineLimit) throws -> RecordBatch {
        var batch = RecordBatch(width: reading.schema.width)
        try read(chunk, into: &batch, lineLimit: lineLimit)
        return batch
    }

    /// As above, behind what the batch holds, which has the records before the failure when one is thrown.
    package func read(
        _ chunk: RecordChunk, into batch: inout RecordBatch, lineLimit: Int = LineChunks.defaultLineLimit
    ) throws {
        var lines = LineReader(chunk, lineLimit: lineLimit)
        var documents = JSONDocuments()
        while let range = try lines.next() {
            do throws(JSONError) {
                add(try documents.parse(lines.bytes, range), row: lines.row, line: lines.line, to: &batch)
            } catch {
                batch.add(RowFault(row: lines.row, line: lines.line, reason: .json(error)))
                batch.add(RecordID.null)
            }
            if reading.policy == .stop, let fault = batch.faults.first { throw RecordIOError.fault(fault) }
        }
    }

    private func add(_ element: JSONElement, row: Int, line: Int?, to batch: inout RecordBatch) {
        var context = Context(reading)
        let coded = batch.codedCount
        batch.add(row: row, line: line) { draft throws(RecordError) in
            switch element.kind {
            case .object: try code(object: element, into: &draft, &context)
            case .array: try code(array: element, into: &draft, &context)
            default: throw .notARecord(got: element.kind.rawValue)
            }
            try reading.checkLevel(draft)
        }
        batch.add(context.id)
        if reading.keepsObserved, batch.codedCount > coded { batch.add(observed: context.observed) }
    }

    /// What goes along with a record.
    private struct Context {
        var id = RecordID.null
        var observed: [CellValue]

        init(_ reading: RecordReading) {
            observed = reading.keepsObserved ? Array(repeating: .missing, count: reading.schema.width) : []
        }
    }

    private func code(
        object: JSONElement, into draft: inout RowDraft, _ context: inout Context
    ) throws(RecordError) {
        var failure: RecordError?
        do throws(JSONError) {
            try object.forEachMember { key, value throws(JSONError) in
                // A bad record, too, comes back under its name.
                guard failure == nil || isID(key) else { return }
                do throws(RecordError) {
                    try code(value, key: key, into: &draft, &context)
                } catch {
                    failure = failure ?? error
                }
            }
        } catch {
            throw .notARecord(got: "\(error)")
        }
        if let failure { throw failure }
        try draft.fillAbsent(reading.schema.coded)
    }

    private func isID(_ key: Span<UInt8>) -> Bool {
        guard let place = names.exactPlace(of: key), case .id = uses[place] else { return false }
        return true
    }

    private func code(
        _ value: JSONElement, key: Span<UInt8>, into draft: inout RowDraft, _ context: inout Context
    ) throws(RecordError) {
        guard let place = names.exactPlace(of: key) else {
            throw .unknownColumn(CellText.excerpt(key), known: reading.schema.columns.map(\.name))
        }
        switch uses[place] {
        case .column(let column):
            if draft.isSet(column) { throw .repeatedColumn(names.names[place]) }
            try code(value, column: column, into: &draft, &context)
        case .id:
            do throws(JSONError) {
                context.id = try RecordID(value)
            } catch {
                throw .badColumn(name: names.names[place], expected: "a string or a number", got: value.kind.rawValue)
            }
        case .nothing: break
        }
    }

    private func code(
        array: JSONElement, into draft: inout RowDraft, _ context: inout Context
    ) throws(RecordError) {
        let values: JSONElements
        do throws(JSONError) {
            values = try array.elements()
        } catch {
            throw .notARecord(got: "\(error)")
        }
        var place = 0
        for value in values {
            if place < draft.width { try code(value, column: place, into: &draft, &context) }
            place += 1
        }
        guard place == draft.width else { throw .wrongWidth(expected: draft.width, got: place) }
    }

    private func code(
        _ value: JSONElement, column place: Int, into draft: inout RowDraft, _ context: inout Context
    ) throws(RecordError) {
        let column = reading.schema.coded[place]
        draft[place] = try JSONCell.code(value, column, reading.schema)
        if reading.keepsObserved { context.observed[place] = JSONCell.value(value, reading.schema) }
    }
}
