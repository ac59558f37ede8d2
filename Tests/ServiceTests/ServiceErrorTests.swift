import DataFiles
import HTTPServer
import Inference
import Pictures
import RecordIO
import Testing

@testable import Service

/// What a client is told of each error: the whole of it.
@Suite struct ServiceErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let error: ServiceError
        let status: Int
        let code: String
        let message: String
        var place = ""

        var testDescription: String { "\(error)" }
    }

    private static let withoutPlace = [
        Case(error: .invalidJSON("no"), status: 400, code: "invalid_json", message: "no"),
        Case(
            error: .unknownPath("/x"), status: 404, code: "unknown_path",
            message: "there is nothing at /x; GET / lists what there is"),
        Case(
            error: .unknownModel("m", known: ["a", "b"]), status: 404, code: "unknown_model",
            message: "no model named 'm'; loaded: a, b"),
        Case(
            error: .methodNotAllowed("PUT", allowed: "POST"), status: 405, code: "method_not_allowed",
            message: "PUT is not for this path; use POST"),
        Case(
            error: .unsupportedContentType("a/b"), status: 415, code: "unsupported_content_type",
            message:
                "content type 'a/b' is not known here; send application/json, or records as text/csv with a header, "
                + "application/x-ndjson, image/png, application/octet-stream or application/x-npy"),
        Case(
            error: .unsupportedEncoding("br"), status: 415, code: "unsupported_content_encoding",
            message: "content encoding 'br' is not known here; send the body as it is, or in gzip"),
        Case(
            error: .notAcceptable("a/b", known: MediaForm.texts), status: 406, code: "not_acceptable",
            message:
                "nothing there is matches Accept 'a/b'; there is application/json, text/csv and application/x-ndjson"),
        Case(
            error: .notAcceptable("a/b", known: MediaForm.allCases), status: 406, code: "not_acceptable",
            message:
                "nothing there is matches Accept 'a/b'; there is application/json, text/csv, application/x-ndjson, "
                + "image/png, application/octet-stream and application/x-npy"),
        Case(
            error: .noImages(model: "m"), status: 422, code: "no_images",
            message: "model 'm' is not of grey or coloured images; send 'inputs' or 'records' as JSON, or a table"),
        Case(
            error: .picture(.notPNG), status: 400, code: "invalid_png", message: "PNG: the bytes are not a PNG's"),
        Case(
            error: .picture(.tooLarge(PictureSize(width: 5_000, height: 1))), status: 413, code: "too_large",
            message: "PNG: 5000 × 1 pixels; at most 4096 a side"),
        Case(
            error: .otherForm(verb: "decode", contentType: "text/csv", known: Route.Verb.decode.bodyForms), status: 415,
            code: "unsupported_content_type",
            message: "decode takes application/json, application/octet-stream and application/x-npy, not 'text/csv'"),
        Case(
            error: .otherForm(verb: "sample", contentType: "text/csv", known: Route.Verb.sample.bodyForms), status: 415,
            code: "unsupported_content_type", message: "sample takes application/json, not 'text/csv'"),
        Case(
            error: .noArrays(model: "m"), status: 422, code: "no_arrays",
            message:
                "model 'm' has named columns, not rows of numbers; send 'records' or 'inputs' as JSON, or a table"),
        Case(
            error: .array(.notNPY), status: 400, code: "invalid_npy",
            message: "NPY: the bytes do not begin as NumPy's arrays do"),
        Case(
            error: .array(.unknownElement("<c8")), status: 422, code: "bad_value",
            message: "NPY: numbers of type '<c8' are not read; use array.astype('<f4')"),
        Case(
            error: .pictureTooLarge(images: 9), status: 413, code: "too_large",
            message:
                "9 images make a picture of more than 4096 pixels a side; ask for fewer, or a smaller 'scale'"),
        Case(
            error: .unknownParameter("x", known: ["a"]), status: 422, code: "unknown_parameter",
            message: "unknown parameter 'x'; known: a"),
        Case(
            error: .noCalibration(model: "m"), status: 404, code: "no_calibration",
            message: "model 'm' has no calibration to compare with"),
        Case(
            error: .noRoom, status: 507, code: "insufficient_storage",
            message: "the server has no room for an answer this long; send fewer records at a time"),
        Case(
            error: .cannotPutAside, status: 500, code: "internal",
            message: "the server cannot put the answer aside; this is a fault of the server"),
        Case(
            error: .unexpected("/secret"), status: 500, code: "internal", message: "this is a fault of the server"),
        Case(
            error: .missingField(["a", "b"]), status: 422, code: "missing_field",
            message: "the request needs 'a' or 'b'"),
        Case(
            error: .unknownField("x", known: ["a"]), status: 422, code: "unknown_field",
            message: "unknown field 'x'; known: a"),
        Case(
            error: .emptyInput(field: "inputs"), status: 422, code: "empty_input", message: "'inputs' holds no row"),
        Case(
            error: .noColumns(model: "m"), status: 422, code: "no_columns",
            message: "model 'm' has no named columns; send 'inputs' as JSON"),
        Case(
            error: .queueFull(limit: 9), status: 429, code: "queue_full",
            message: "more than 9 rows are waiting; try again"),
        Case(error: .draining, status: 503, code: "draining", message: "the server is shutting down"),
        Case(
            error: .deadlineExceeded, status: 504, code: "deadline_exceeded", message: "the request waited too long"),
    ]

    private static let withPlace = [
        Case(
            error: .wrongShape(expected: "[rows, 4] or [rows, 2, 2]", got: [3, 5]), status: 422, code: "shape_mismatch",
            message: "an array of shape [3, 5]; expected [rows, 4] or [rows, 2, 2]",
            place: #","expected":"[rows, 4] or [rows, 2, 2]","got":"[3, 5]""#),
        Case(
            error: .brokenRow(bytes: 9, width: 3), status: 422, code: "shape_mismatch",
            message: "9 bytes are no whole number of rows; a row is 3 numbers of 4 bytes, little-endian",
            place: #","expected":"a multiple of 12 bytes","got":"9""#),
        Case(
            error: .tooLarge(what: "rows", limit: 5, got: 6), status: 413, code: "too_large",
            message: "rows: at most 5, got 6", place: #","expected":"at most 5","got":"6""#),
        Case(
            error: .badField("f", expected: "an array", got: "null"), status: 422, code: "bad_value",
            message: "'f' must be an array, not null", place: #","expected":"an array","got":"null""#),
        Case(
            error: .emptyRow(row: 2), status: 422, code: "shape_mismatch", message: "row 2 is empty",
            place: #","row":2"#),
        Case(
            error: .wrongWidth(row: 0, expected: 3, got: 2), status: 422, code: "shape_mismatch",
            message: "row 0 has 2 numbers; expected 3", place: #","row":0,"expected":"3","got":"2""#),
        Case(
            error: .notANumber(row: 1, column: "km", got: "a string"), status: 422, code: "not_a_number",
            message: "row 1, column km: expected a number, got a string",
            place: #","row":1,"column":"km","expected":"a number","got":"a string""#),
        Case(
            error: .overflow(row: 1, column: "km", got: "1e+99"), status: 422, code: "out_of_range",
            message: "row 1, column km: 1e+99 is beyond single precision",
            place: #","row":1,"column":"km","got":"1e+99""#),
        Case(
            error: .outsideSupport(row: 1, column: "0", got: "2.0", support: "[0, 1]"), status: 422,
            code: "outside_support", message: "row 1, column 0: 2.0 is outside [0, 1]",
            place: #","row":1,"column":"0","expected":"[0, 1]","got":"2.0""#),
        Case(
            error: .fault(RowFault(row: 3, line: 4, reason: .record(.notANumber(column: "km", got: "x")))), status: 422,
            code: "not_a_number", message: "row 3 (line 4), column 'km': expected a number, got 'x'",
            place: #","row":3,"line":4,"column":"km","expected":"a number","got":"x""#),
        Case(
            error: .fault(RowFault(row: 3, line: nil, reason: .record(.missingColumn("x")))), status: 422,
            code: "missing_column", message: "row 3, column 'x' is missing", place: #","row":3,"column":"x""#),
        Case(
            error: .fault(RowFault(row: 2, line: 3, reason: .ragged(expected: 3, got: 4))), status: 422,
            code: "shape_mismatch", message: "row 2 (line 3), expected 3 fields, got 4",
            place: #","row":2,"line":3,"expected":"3","got":"4""#),
        Case(
            error: .header(.unknownColumn("x", known: ["a", "b"])), status: 422, code: "unknown_column",
            message: "unknown column 'x'; the model's columns are a, b", place: #","column":"x""#),
        Case(
            error: .table(.strayQuote(line: 7)), status: 400, code: "invalid_csv",
            message: "line 7: a quote within a field that does not begin with one", place: #","line":7"#),
        Case(
            error: .table(.recordTooLong(line: 7, limit: 9)), status: 413, code: "too_large",
            message: "line 7: a record of more than 9 bytes begins here",
            place: #","line":7,"expected":"at most 9 bytes""#),
        Case(
            error: .alphaTooSmall(alpha: 0.001, count: 99, smallest: 0.01), status: 422, code: "alpha_too_small",
            message: "alpha 0.001 is too small for 99 calibration records: no p-value is below 1/100 = 0.01",
            place: #","expected":"at least 0.01","got":"0.001""#),
        Case(
            error: .notFinite(row: 4), status: 422, code: "not_finite",
            message: "row 4: the answer is not finite; the record is far outside the training data",
            place: #","row":4"#),
    ]

    static let allCases = withoutPlace + withPlace

    @Test(arguments: allCases)
    func saysStatusCodeAndPlace(_ expected: Case) {
        let response = HTTPResponse(expected.error)
        #expect(response.status == expected.status)
        #expect(
            String(decoding: response.body, as: UTF8.self) == envelope(expected.code, expected.message, expected.place))
        #expect(response.headers.first { $0.0 == "Content-Type" }?.1 == "application/json")
    }

    @Test func escapesWhatTheClientSent() {
        let response = HTTPResponse(ServiceError.unknownModel("\"\n\u{1F600}", known: []))
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text == envelope("unknown_model", #"no model named '\"\n😀'; loaded: none"#))
    }

    @Test func aFullQueueSaysWhenToTryAgain() {
        let headers = HTTPResponse(ServiceError.queueFull(limit: 1, retryAfter: 7)).headers
        #expect(headers.first { $0.0 == "Retry-After" }?.1 == "7")
    }

    /// What a client reads names no folder of the server.
    @Test(arguments: [
        (SpoolError.full(directory: "/secret", reason: "/secret"), 507, "insufficient_storage"),
        (.cannotCreate(directory: "/secret", reason: "/secret"), 500, "internal"),
        (.cannotWrite(directory: "/secret", reason: "/secret"), 500, "internal"),
    ])
    func aFullDiskIsNamedWithoutItsPlace(_ error: SpoolError, _ status: Int, _ code: String) {
        let response = HTTPResponse(ServiceError(error))
        #expect(response.status == status)
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text.hasPrefix(#"{"error":{"code":"\#(code)","message":"the server "#))
        #expect(!text.contains("secret"))
    }

    /// Rows that were skipped are counted too.
    @Test func aFailureToComputeNamesTheRecord() throws {
        let model = try TestModels.table()
        let schema = try #require(model.model.schema)
        let lines = Array("[1,2,3]\nx\n[4,5,6]\n".utf8)
        let batch = try JSONRecords(RecordReading(schema, policy: .skip)).read(
            RecordChunk(bytes: lines, firstRow: 11, firstLine: 11))
        let error = ServiceError(.notFinite(row: 1), in: batch, firstRow: 11, columnName: String.init)
        #expect(error.place.row == 13)
        let vector = ServiceError(
            .outsideSupport(row: 1, column: 2, value: 2, support: "[0, 1]"), in: nil, firstRow: 0
        ) { "c\($0)" }
        #expect(vector.place.row == 1)
        #expect(vector.place.column == "c2")
    }

    @Test func translatesWhatAnEngineSays() {
        func code(_ error: InferenceError) -> String { ServiceError(error) { "c\($0)" }.status.word }
        #expect(code(.queueFull(limit: 1)) == "queue_full")
        #expect(code(.deadlineExceeded) == "deadline_exceeded")
        #expect(code(.closed) == "draining")
        #expect(code(.notFinite(row: 0)) == "not_finite")
        let outside = ServiceError(.outsideSupport(row: 7, column: 2, value: 2, support: "[0, 1]")) { "c\($0)" }
        #expect(outside.place.column == "c2")
        #expect(outside.place.row == 7)
    }
}
