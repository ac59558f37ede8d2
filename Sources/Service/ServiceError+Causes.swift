import Calibration
import DataFiles
import HTTPServer
import Inference
import JSON
import RecordIO
import Records

// What the errors of others mean for a client.

extension ServiceError {
    /// What an engine's refusal or failure means for a client.
    ///
    /// - Parameter columnName: of a place in the record.
    init(_ error: InferenceError, columnName: (Int) -> String) {
        switch error {
        case .queueFull(let limit, let retryAfter): self = .queueFull(limit: limit, retryAfter: retryAfter)
        case .deadlineExceeded: self = .deadlineExceeded
        case .closed: self = .draining
        case .outsideSupport(let row, let column, let value, let support):
            self = .outsideSupport(row: row, column: columnName(column), got: "\(value)", support: support)
        case .notFinite(let row): self = .notFinite(row: row)
        }
    }

    /// What a fault in a request's JSON means for a client.
    init(_ error: JSONError, columnName: (Int) -> String) {
        switch error {
        case .emptyMatrix(let path): self = .emptyInput(field: path)
        case .emptyRow(_, let row): self = .emptyRow(row: row)
        case .wrongWidth(_, let row, let expected, let got):
            self = .wrongWidth(row: row, expected: expected, got: got)
        case .notANumber(_, let row, let column, let got):
            self = .notANumber(row: row, column: columnName(column), got: got.rawValue)
        case .overflow(_, let row, let column, let got):
            self = .overflow(row: row, column: columnName(column), got: "\(got)")
        case .rowNotAnArray(let path, let row, let got):
            self = .badField(path, expected: "rows of numbers", got: "\(got.rawValue) at row \(row)")
        case .wrongKind(let path, let expected, let got):
            self = .badField(path, expected: expected, got: got.rawValue)
        case .outOfRange(let path, let expected, let got): self = .badField(path, expected: expected, got: got)
        case .missing(_, let key): self = .missingField([key])
        case .syntax, .malformed, .duplicateKey, .notFinite, .outOfMemory: self = .invalidJSON("\(error)")
        }
    }

    /// What a failure to compute a batch of records means for a client.
    ///
    /// - Parameter firstRow: the number of the first record as its author counts.
    init(_ error: InferenceError, in batch: RecordBatch?, firstRow: Int, columnName: (Int) -> String) {
        self.init(error, columnName: columnName)
        switch self {
        case .outsideSupport(let row, let column, let got, let support):
            let record = Self.record(of: row, in: batch) + firstRow
            self = .outsideSupport(row: record, column: column, got: got, support: support)
        case .notFinite(let row): self = .notFinite(row: Self.record(of: row, in: batch) + firstRow)
        default: break
        }
    }

    /// The record that a coded row was made of: those with a fault are not among the rows.
    private static func record(of row: Int, in batch: RecordBatch?) -> Int {
        batch?.record(ofRow: row) ?? row
    }

    /// What ended the reading of records.
    init(reading error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case RecordIOError.fault(let fault): self = .fault(fault)
        case RecordIOError.header(let error): self = .header(error)
        case let error as RecordError: self = .header(error)
        case let error as DataFileError: self = .table(error)
        case let error as JSONError: self.init(error, columnName: String.init)
        default: self = .unexpected("\(error)")
        }
    }

    init(_ error: CalibrationError) {
        switch error {
        case .notAProbability(let alpha):
            self = .badField("alpha", expected: "above 0 and below 1", got: "\(alpha)")
        case .alphaTooSmall(let alpha, let count, let smallest):
            self = .alphaTooSmall(alpha: alpha, count: count, smallest: smallest)
        case .noScores, .tooManyScores, .notFinite, .notSorted, .wrongValueCount, .meanOutOfRange:
            self = .unexpected("\(error)")
        }
    }

    /// Its words name a folder of the server, so none of them are passed on.
    init(_ error: SpoolError) {
        switch error {
        case .full: self = .noRoom
        case .cannotCreate, .cannotWrite: self = .cannotPutAside
        }
    }
}
