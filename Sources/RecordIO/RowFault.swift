import JSON
import Records

/// A record that cannot be used, and why.
package struct RowFault: Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case record(RecordError)
        /// A row of a table with another number of fields than its header.
        case ragged(expected: Int, got: Int)
        /// A line that is no JSON.
        case json(JSONError)
    }

    /// As the records' author counts: rows of a table and lines of NDJSON from 1, elements of an array from 0.
    package let row: Int
    /// The line of the text, from 1, where there are lines.
    package let line: Int?
    package let reason: Reason

    package init(row: Int, line: Int?, reason: Reason) {
        (self.row, self.line, self.reason) = (row, line, reason)
    }

    /// The reason alone.
    package var message: String {
        switch reason {
        case .record(let error): "\(error)"
        case .ragged(let expected, let got): "expected \(expected) fields, got \(got)"
        case .json(let error): "\(error)"
        }
    }

    /// The column, where the fault is one cell's.
    package var column: String? {
        guard case .record(let error) = reason else { return nil }
        return error.column
    }
}

extension RowFault: Error, CustomStringConvertible {
    package var description: String {
        let place = line.map { "row \(row) (line \($0))" } ?? "row \(row)"
        return "\(place), \(message)"
    }
}

/// Whether a record with a fault ends the reading or is reported in its place.
package enum FaultPolicy: String, CaseIterable, Sendable {
    case stop, skip
}

/// What ends the reading of records.
package enum RecordIOError: Error, Equatable {
    case fault(RowFault)
    /// The header of a table does not fit the model.
    case header(RecordError)
}

extension RecordIOError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fault(let fault): "\(fault)"
        case .header(let error): "\(error)"
        }
    }
}
