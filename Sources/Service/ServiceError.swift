import Calibration
import DataFiles
import HTTPServer
import Inference
import JSON
import NumPy
import Pictures
import RecordIO
import Records

/// Every way in which a request can fail, as the client is told of it. Rows are counted as their author counts them: from 0
/// in an array, as `results` is, and from 1 in a table or in lines.
enum ServiceError: Error {
    case invalidJSON(String)
    case unsupportedContentType(String)
    /// A body in a form that the verb does not take.
    case otherForm(verb: String, contentType: String, known: [MediaForm])
    case unsupportedEncoding(String)
    case notAcceptable(String, known: [MediaForm])
    case unknownPath(String)
    case unknownModel(String, known: [String])
    case unknownVersion(String, model: String, known: [String])
    /// There is no such model where models are loaded from.
    case notStored(model: String)
    /// A model that is to be unloaded is not served.
    case notLoaded(model: String)
    case cannotLoad(model: String, reason: String)
    case methodNotAllowed(String, allowed: String)
    case missingField([String])
    case unknownField(String, known: [String])
    case unknownParameter(String, known: [String])
    case badField(String, expected: String, got: String)
    /// A conditional model must be told a level.
    case missingCondition(known: [String])
    case unknownCondition(row: Int?, got: String, known: [String])
    case emptyInput(field: String)
    case emptyRow(row: Int)
    case wrongWidth(row: Int, expected: Int, got: Int)
    case notANumber(row: Int, column: String, got: String)
    case overflow(row: Int, column: String, got: String)
    case outsideSupport(row: Int, column: String, got: String, support: String)
    /// A record that cannot be used.
    case fault(RowFault)
    /// A table whose columns are not those of the model.
    case header(RecordError)
    /// Bytes that are no table, or a line without end.
    case table(DataFileError)
    case noColumns(model: String)
    /// A picture for a model of something else.
    case noImages(model: String)
    /// A plain autoencoder, asked for samples.
    case noPrior(model: String)
    /// Bytes that are not the one picture that they should be.
    case picture(PNGError)
    /// Rows of numbers, for a model of a table.
    case noArrays(model: String)
    /// Bytes that are no array as NumPy saves it.
    case array(NPYError)
    /// An array of another shape than rows of the model.
    case wrongShape(expected: String, got: [Int])
    /// Bytes that are no whole number of rows.
    case brokenRow(bytes: Int, width: Int)
    /// An answer that would be a larger picture than any that is written.
    case pictureTooLarge(images: Int)
    case noCalibration(model: String)
    case alphaTooSmall(alpha: Double, count: Int, smallest: Double)
    case tooLarge(what: String, limit: Int, got: Int)
    case notFinite(row: Int)
    case queueFull(limit: Int, retryAfter: Int = 1)
    case deadlineExceeded
    case draining
    /// Who asks has no key, or one that is not known.
    case unauthorized(isInvalid: Bool)
    case forbidden(scope: AccessScope)
    case rateLimited(retryAfter: Int)
    /// A page of another site wants to change something.
    case crossSite
    /// Our own fault: an answer that cannot be written as JSON.
    case unprintableAnswer
    // The Open Inference Protocol.
    /// A model that is known and not served.
    case notReady(model: String, state: ModelState, reason: String)
    /// Clients may not load and unload models.
    case notManaged
    /// A part of a protocol that is not offered.
    case notOffered(String)
    /// A body that is neither JSON nor tensors.
    case noTensors(contentType: String)
    /// An input or an output that is named twice.
    case repeatedTensor(kind: String, name: String)
    case unknownTensor(kind: String, name: String, known: [String])
    /// No input at all; in the words of a message.
    case missingTensor([String])
    /// Rows of a tensor and of another that goes with it.
    case rowMismatch(tensor: String, rows: Int, other: String, otherRows: Int)
    /// An output that the model has and this request cannot have.
    case noSuchOutput(String, reason: String)
    /// Bytes behind the last tensor, or too few for it.
    case leftoverBytes(Int)
    case missingBytes(tensor: String, expected: Int, got: Int)
    /// There is no room to put a long answer aside.
    case noRoom
    case cannotPutAside
    /// Our own fault: what no request can cause.
    case unexpected(String)
}

extension ServiceError {
    /// The place of an error within the request, for those that have one.
    struct Place {
        var row: Int?
        var line: Int?
        var column: String?
        var expected: String?
        var got: String?
    }

    /// The HTTP status and the code word: the one place where they are chosen.
    var status: (code: Int, word: String) {
        switch self {
        case .invalidJSON: (400, "invalid_json")
        case .unknownPath: (404, "unknown_path")
        case .unknownModel, .notStored, .notLoaded: (404, "unknown_model")
        case .unknownVersion: (404, "unknown_version")
        case .cannotLoad: (400, "cannot_load")
        case .noCalibration: (404, "no_calibration")
        case .methodNotAllowed: (405, "method_not_allowed")
        case .notAcceptable: (406, "not_acceptable")
        case .tooLarge: (413, "too_large")
        case .unsupportedContentType, .otherForm: (415, "unsupported_content_type")
        case .unsupportedEncoding: (415, "unsupported_content_encoding")
        case .missingField: (422, "missing_field")
        case .unknownField: (422, "unknown_field")
        case .unknownParameter: (422, "unknown_parameter")
        case .badField: (422, "bad_value")
        case .missingCondition: (422, "missing_condition")
        case .unknownCondition: (422, "unknown_condition")
        case .emptyInput: (422, "empty_input")
        case .emptyRow, .wrongWidth: (422, "shape_mismatch")
        case .notANumber: (422, "not_a_number")
        case .overflow: (422, "out_of_range")
        case .outsideSupport: (422, "outside_support")
        case .fault(let fault): (Self.status(of: fault.reason), fault.code)
        case .header(let error): (422, error.code)
        case .table(let error): Self.status(of: error)
        case .noColumns: (422, "no_columns")
        case .noImages: (422, "no_images")
        case .noPrior: (422, "no_prior")
        case .picture(let error): Self.status(of: error)
        case .noArrays: (422, "no_arrays")
        case .array(.unknownElement): (422, "bad_value")
        case .array: (400, "invalid_npy")
        case .wrongShape, .brokenRow: (422, "shape_mismatch")
        case .pictureTooLarge: (413, "too_large")
        case .alphaTooSmall: (422, "alpha_too_small")
        case .notFinite: (422, "not_finite")
        case .queueFull: (429, "queue_full")
        case .unauthorized: (401, "unauthorized")
        case .forbidden: (403, "forbidden")
        case .rateLimited: (429, "rate_limited")
        case .crossSite: (403, "cross_site")
        case .unprintableAnswer, .cannotPutAside, .unexpected: (500, "internal")
        case .draining: (503, "draining")
        case .deadlineExceeded: (504, "deadline_exceeded")
        case .noRoom: (507, "insufficient_storage")
        case .notReady: (503, "not_ready")
        case .notManaged: (400, "not_managed")
        case .notOffered: (501, "not_offered")
        case .noTensors: (415, "unsupported_content_type")
        case .repeatedTensor, .unknownTensor, .missingTensor: (422, "bad_tensor")
        case .rowMismatch, .leftoverBytes, .missingBytes: (422, "shape_mismatch")
        case .noSuchOutput: (422, "no_such_output")
        }
    }

    /// As the Open Inference Protocol has it: what is wrong with a request's content is status 400.
    var openInferenceStatus: Int { status.code == 422 ? 400 : status.code }

    private static func status(of reason: RowFault.Reason) -> Int {
        switch reason {
        case .record, .ragged: 422
        case .json: 400
        }
    }

    private static func status(of error: PNGError) -> (code: Int, word: String) {
        switch error {
        case .notPNG, .damaged, .animated: (400, "invalid_png")
        case .tooLarge: (413, "too_large")
        case .wrongSize: (422, "shape_mismatch")
        }
    }

    private static func status(of error: DataFileError) -> (code: Int, word: String) {
        switch error {
        case .noRecords: (422, "empty_input")
        case .duplicateColumn: (422, "duplicate_column")
        case .raggedRow: (422, "shape_mismatch")
        case .unterminatedQuote, .strayQuote, .textAfterQuote, .invalidText: (400, "invalid_csv")
        case .recordTooLong: (413, "too_large")
        case .gzipTruncated, .gzipCorrupt: (400, "invalid_gzip")
        case .decompressedTooLarge: (413, "body_too_large")
        case .file, .notANumber, .numberTooLarge, .notIDX,
            .unsupportedIDXType, .idxTooLarge, .idxWrongLength:
            (500, "internal")
        }
    }

    var message: String {
        switch self {
        case .invalidJSON(let reason): reason
        case .unsupportedContentType(let type):
            "content type '\(type)' is not known here; send application/json, or records as text/csv with a header, "
                + "application/x-ndjson, image/png, application/octet-stream or application/x-npy"
        case .otherForm(let verb, let type, let known):
            "\(verb) takes \(Self.sentence(known.map { $0.names[0] })), not '\(type)'"
        case .unsupportedEncoding(let encoding):
            "content encoding '\(encoding)' is not known here; send the body as it is, or in gzip"
        case .notAcceptable(let accept, let known):
            "nothing there is matches Accept '\(accept)'; there is \(Self.sentence(known.map { $0.names[0] }))"
        case .unknownPath(let path): "there is nothing at \(path); GET / lists what there is"
        case .unknownModel(let name, let known): "no model named '\(name)'; loaded: \(Self.list(known))"
        case .unknownVersion(let version, let model, let known):
            "no version '\(version)' of model '\(model)'; loaded: \(Self.list(known))"
        case .notStored(let model): "no model named '\(model)' to load"
        case .notLoaded(let model): "no model named '\(model)' is loaded"
        case .cannotLoad(let model, let reason): "model '\(model)' cannot be loaded: \(reason)"
        case .methodNotAllowed(let method, let allowed): "\(method) is not for this path; use \(allowed)"
        case .missingField(let names): "the request needs \(names.map { "'\($0)'" }.joined(separator: " or "))"
        case .unknownField(let name, let known): "unknown field '\(name)'; known: \(Self.list(known))"
        case .unknownParameter(let name, let known): "unknown parameter '\(name)'; known: \(Self.list(known))"
        case .badField(let name, let expected, let got): "'\(name)' must be \(expected), not \(got)"
        case .missingCondition(let known):
            "the model is conditional: the request needs 'condition', one of \(Self.list(known))"
        case .unknownCondition(_, let got, let known): "the model knows no level '\(got)'; known: \(Self.list(known))"
        case .emptyInput(let field): "'\(field)' holds no row"
        case .emptyRow(let row): "row \(row) is empty"
        case .wrongWidth(let row, let expected, let got): "row \(row) has \(got) numbers; expected \(expected)"
        case .notANumber(let row, let column, let got): "row \(row), column \(column): expected a number, got \(got)"
        case .overflow(let row, let column, let got):
            "row \(row), column \(column): \(got) is beyond single precision"
        case .outsideSupport(let row, let column, let got, let support):
            "row \(row), column \(column): \(got) is outside \(support)"
        case .fault(let fault): "\(fault)"
        case .header(let error): "\(error)"
        case .table(let error): "\(error)"
        case .noColumns(let model): "model '\(model)' has no named columns; send 'inputs' as JSON"
        case .noPrior(let model): "model '\(model)' is a plain autoencoder: it has no prior to sample from"
        case .noImages(let model):
            "model '\(model)' is not of grey or coloured images; send 'inputs' or 'records' as JSON, or a table"
        case .picture(let error): "\(error)"
        case .noArrays(let model):
            "model '\(model)' has named columns, not rows of numbers; send 'records' or 'inputs' as JSON, or a table"
        case .array(let error): "\(error)"
        case .wrongShape(let expected, let got): "an array of shape \(got); expected \(expected)"
        case .brokenRow(let bytes, let width):
            "\(bytes) bytes are no whole number of rows; a row is \(width) numbers of 4 bytes, little-endian"
        case .pictureTooLarge(let images):
            "\(images) images make a picture of more than \(PictureSize.longestSide) pixels a side; ask for fewer, or a "
                + "smaller 'scale'"
        case .noCalibration(let model): "model '\(model)' has no calibration to compare with"
        case .alphaTooSmall(let alpha, let count, let smallest):
            "alpha \(alpha) is too small for \(count) calibration records: no p-value is below 1/\(count + 1) = \(smallest)"
        case .tooLarge(let what, let limit, let got): "\(what): at most \(limit), got \(got)"
        case .notFinite(let row): "row \(row): the answer is not finite; the record is far outside the training data"
        case .queueFull(let limit, _): "more than \(limit) rows are waiting; try again"
        case .unprintableAnswer: "the answer cannot be written; this is a fault of the server"
        case .draining: "the server is shutting down"
        case .unauthorized(let isInvalid):
            isInvalid ? "the key is not known here" : "the request needs a key: send 'Authorization: Bearer …'"
        case .forbidden(let scope): "the key is not for this: it lacks the scope '\(scope.rawValue)'"
        case .crossSite: "pages of other sites may not do this"
        case .rateLimited(let seconds): "the key asks too often; try again in \(seconds) s"
        case .deadlineExceeded: "the request waited too long"
        case .noRoom: "the server has no room for an answer this long; send fewer records at a time"
        case .cannotPutAside: "the server cannot put the answer aside; this is a fault of the server"
        case .unexpected: "this is a fault of the server"
        case .notReady(let model, let state, let reason):
            "model '\(model)' is not ready: it is \(state.rawValue)" + (reason.isEmpty ? "" : " (\(reason))")
        case .notManaged: "nothing is changed on request: the server was started with --no-manage"
        case .notOffered(let what): "\(what) is not offered"
        case .noTensors(let contentType):
            "content type '\(contentType)' is not known here; send application/json, or application/octet-stream with "
                + "Inference-Header-Content-Length"
        case .repeatedTensor(let kind, let name): "\(kind) '\(name)' already exists"
        case .unknownTensor(let kind, let name, let known):
            "the model has no \(kind) '\(name)' here; known: \(Self.list(known))"
        case .missingTensor(let names): "the request needs the input \(names.joined(separator: " or "))"
        case .rowMismatch(let tensor, let rows, let other, let otherRows):
            "'\(tensor)' has \(rows) rows, and '\(other)' has \(otherRows)"
        case .noSuchOutput(let name, let reason): "there is no output '\(name)': \(reason)"
        case .leftoverBytes(let count): "unexpected additional input data: \(count) bytes behind the last tensor"
        case .missingBytes(let tensor, let expected, let got):
            "input '\(tensor)' takes \(expected) bytes of binary data, and there are \(got)"
        }
    }

    var place: Place {
        switch self {
        case .unknownCondition(let row, let got, let known):
            Place(row: row, column: "condition", expected: "one of \(Self.list(known))", got: got)
        case .emptyRow(let row), .notFinite(let row): Place(row: row)
        case .wrongWidth(let row, let expected, let got):
            Place(row: row, expected: "\(expected)", got: "\(got)")
        case .notANumber(let row, let column, let got):
            Place(row: row, column: column, expected: "a number", got: got)
        case .overflow(let row, let column, let got): Place(row: row, column: column, got: got)
        case .outsideSupport(let row, let column, let got, let support):
            Place(row: row, column: column, expected: support, got: got)
        case .fault(let fault):
            Place(
                row: fault.row, line: fault.line, column: fault.column, expected: fault.expected, got: fault.got)
        case .header(let error): Place(column: error.column, expected: error.expected, got: error.got)
        case .table(let error): Self.place(of: error)
        case .wrongShape(let expected, let got): Place(expected: expected, got: "\(got)")
        case .brokenRow(let bytes, let width):
            Place(expected: "a multiple of \(4 * width) bytes", got: "\(bytes)")
        case .picture(.wrongSize(let expected, let got)): Place(expected: "\(expected)", got: "\(got)")
        case .badField(_, let expected, let got): Place(expected: expected, got: got)
        case .tooLarge(_, let limit, let got): Place(expected: "at most \(limit)", got: "\(got)")
        case .alphaTooSmall(let alpha, _, let smallest): Place(expected: "at least \(smallest)", got: "\(alpha)")
        case .invalidJSON, .unsupportedContentType, .otherForm, .unsupportedEncoding, .notAcceptable, .unknownPath,
            .unknownModel, .unknownVersion, .notStored, .notLoaded, .cannotLoad, .methodNotAllowed, .missingField,
            .missingCondition, .unknownField, .unknownParameter,
            .emptyInput, .noColumns,
            .unauthorized, .forbidden, .rateLimited, .crossSite,
            .noImages, .noArrays, .array, .noPrior, .picture, .pictureTooLarge, .noCalibration, .queueFull, .draining,
            .deadlineExceeded,
            .unprintableAnswer, .noRoom, .cannotPutAside, .unexpected, .notReady, .notManaged, .notOffered, .noTensors,
            .repeatedTensor, .unknownTensor, .missingTensor, .rowMismatch, .noSuchOutput, .leftoverBytes,
            .missingBytes:
            Place()
        }
    }

    private static func place(of error: DataFileError) -> Place {
        switch error {
        case .duplicateColumn(let name, _, _): Place(column: name)
        case .raggedRow(let row, let line, let expected, let got):
            Place(row: row, line: line, expected: "\(expected)", got: "\(got)")
        case .unterminatedQuote(let line), .strayQuote(let line), .textAfterQuote(let line), .invalidText(let line, _):
            Place(line: line)
        case .recordTooLong(let line, let limit): Place(line: line, expected: "at most \(limit) bytes")
        case .noRecords, .file, .gzipTruncated, .gzipCorrupt, .decompressedTooLarge, .notANumber, .numberTooLarge,
            .notIDX, .unsupportedIDXType, .idxTooLarge, .idxWrongLength:
            Place()
        }
    }

    private static func sentence(_ names: [String]) -> String {
        guard names.count > 1 else { return names.first ?? "nothing" }
        return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}
