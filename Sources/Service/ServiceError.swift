import HTTPServer
import Inference
import JSON

/// Every way in which a request can fail, as the client is told of it. Rows are counted from 0, as `results` is.
enum ServiceError: Error {
    case invalidJSON(String)
    case unsupportedContentType(String)
    case unknownPath(String)
    case unknownModel(String, known: [String])
    case methodNotAllowed(String, allowed: String)
    case missingField([String])
    case unknownField(String, known: [String])
    case badField(String, expected: String, got: String)
    case emptyInput(field: String)
    case emptyRow(row: Int)
    case wrongWidth(row: Int, expected: Int, got: Int)
    case notANumber(row: Int, column: String, got: String)
    case overflow(row: Int, column: String, got: String)
    case outsideSupport(row: Int, column: String, got: String, support: String)
    case unknownColumn(row: Int, column: String)
    case missingColumn(row: Int, column: String)
    case noColumns(model: String)
    case tooLarge(what: String, limit: Int, got: Int)
    case notFinite(row: Int)
    case queueFull(limit: Int)
    case deadlineExceeded
    case draining
    /// Our own fault: an answer that cannot be written as JSON.
    case unprintableAnswer
}

extension ServiceError {
    /// The place of an error within the request, for those that have one.
    struct Place {
        var row: Int?
        var column: String?
        var expected: String?
        var got: String?
    }

    /// The HTTP status and the code word: the one place where they are chosen.
    var status: (code: Int, word: String) {
        switch self {
        case .invalidJSON: (400, "invalid_json")
        case .unknownPath: (404, "unknown_path")
        case .unknownModel: (404, "unknown_model")
        case .methodNotAllowed: (405, "method_not_allowed")
        case .tooLarge: (413, "too_large")
        case .unsupportedContentType: (415, "unsupported_content_type")
        case .missingField: (422, "missing_field")
        case .unknownField: (422, "unknown_field")
        case .badField: (422, "bad_value")
        case .emptyInput: (422, "empty_input")
        case .emptyRow, .wrongWidth: (422, "shape_mismatch")
        case .notANumber: (422, "not_a_number")
        case .overflow: (422, "out_of_range")
        case .outsideSupport: (422, "outside_support")
        case .unknownColumn: (422, "unknown_column")
        case .missingColumn: (422, "missing_column")
        case .noColumns: (422, "no_columns")
        case .notFinite: (422, "not_finite")
        case .queueFull: (429, "queue_full")
        case .unprintableAnswer: (500, "internal")
        case .draining: (503, "draining")
        case .deadlineExceeded: (504, "deadline_exceeded")
        }
    }

    var message: String {
        switch self {
        case .invalidJSON(let reason): reason
        case .unsupportedContentType(let type): "content type '\(type)' is not known; send application/json"
        case .unknownPath(let path): "there is nothing at \(path); GET / lists what there is"
        case .unknownModel(let name, let known): "no model named '\(name)'; loaded: \(Self.list(known))"
        case .methodNotAllowed(let method, let allowed): "\(method) is not for this path; use \(allowed)"
        case .missingField(let names): "the request needs \(names.map { "'\($0)'" }.joined(separator: " or "))"
        case .unknownField(let name, let known): "unknown field '\(name)'; known: \(Self.list(known))"
        case .badField(let name, let expected, let got): "'\(name)' must be \(expected), not \(got)"
        case .emptyInput(let field): "'\(field)' holds no row"
        case .emptyRow(let row): "row \(row) is empty"
        case .wrongWidth(let row, let expected, let got): "row \(row) has \(got) numbers; expected \(expected)"
        case .notANumber(let row, let column, let got): "row \(row), column \(column): expected a number, got \(got)"
        case .overflow(let row, let column, let got):
            "row \(row), column \(column): \(got) is beyond single precision"
        case .outsideSupport(let row, let column, let got, let support):
            "row \(row), column \(column): \(got) is outside \(support)"
        case .unknownColumn(let row, let column): "row \(row): the model has no column '\(column)'"
        case .missingColumn(let row, let column): "row \(row): column '\(column)' is missing"
        case .noColumns(let model): "model '\(model)' has no named columns; send 'inputs' instead of 'records'"
        case .tooLarge(let what, let limit, let got): "\(what): at most \(limit), got \(got)"
        case .notFinite(let row): "row \(row): the answer is not finite; the record is far outside the training data"
        case .queueFull(let limit): "more than \(limit) rows are waiting; try again"
        case .unprintableAnswer: "the answer cannot be written; this is a fault of the server"
        case .draining: "the server is shutting down"
        case .deadlineExceeded: "the request waited too long"
        }
    }

    var place: Place {
        switch self {
        case .emptyRow(let row), .notFinite(let row): Place(row: row)
        case .wrongWidth(let row, let expected, let got):
            Place(row: row, expected: "\(expected)", got: "\(got)")
        case .notANumber(let row, let column, let got):
            Place(row: row, column: column, expected: "a number", got: got)
        case .overflow(let row, let column, let got): Place(row: row, column: column, got: got)
        case .outsideSupport(let row, let column, let got, let support):
            Place(row: row, column: column, expected: support, got: got)
        case .unknownColumn(let row, let column), .missingColumn(let row, let column):
            Place(row: row, column: column)
        case .badField(_, let expected, let got): Place(expected: expected, got: got)
        case .tooLarge(_, let limit, let got): Place(expected: "at most \(limit)", got: "\(got)")
        case .invalidJSON, .unsupportedContentType, .unknownPath, .unknownModel, .methodNotAllowed,
            .missingField, .unknownField, .emptyInput, .noColumns, .queueFull, .draining, .deadlineExceeded,
            .unprintableAnswer:
            Place()
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}

extension ServiceError {
    /// What an engine's refusal or failure means for a client.
    ///
    /// - Parameter columnName: of a place in the record.
    init(_ error: InferenceError, columnName: (Int) -> String) {
        switch error {
        case .queueFull(let limit): self = .queueFull(limit: limit)
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
}
