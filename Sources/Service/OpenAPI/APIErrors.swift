/// The error answers: their statuses, their code words and the schema of their body.
enum APIErrors {
    struct Status: Sendable {
        let code: Int
        /// Of the response among the components.
        let name: String
        let text: String
        let words: [String]
        var header: (name: String, text: String)?
    }

    /// Every status of `ServiceError` and of the HTTP server itself, with its words.
    static let all = [
        Status(
            code: 400, name: "BadRequest", text: "Not JSON, no table, no PNG, no array, or not HTTP as it should be.",
            words: [
                "invalid_json", "invalid_csv", "invalid_png", "invalid_npy", "cannot_load", "malformed_target",
                "malformed_header",
                "missing_host", "conflicting_framing", "repeated_content_length", "invalid_gzip",
            ]),
        Status(
            code: 401, name: "Unauthorized", text: "The server wants a key, and the request has none that is known.",
            words: ["unauthorized"], header: ("WWW-Authenticate", "How to send a key.")),
        Status(
            code: 403, name: "Forbidden", text: "The key is not for this.", words: ["forbidden", "cross_site"],
            header: ("WWW-Authenticate", "Which scope the key lacks.")),
        Status(
            code: 404, name: "NotFound", text: "No such path, model or version, or a model without calibration.",
            words: ["unknown_path", "unknown_model", "unknown_version", "no_calibration"]),
        Status(
            code: 405, name: "MethodNotAllowed", text: "Another method is for this path.",
            words: ["method_not_allowed"], header: ("Allow", "The methods that the path takes.")),
        Status(
            code: 406, name: "NotAcceptable", text: "There is no form of the answer that Accept wants.",
            words: ["not_acceptable"]),
        Status(
            code: 413, name: "ContentTooLarge", text: "The body, its rows or the answer are too large.",
            words: ["too_large", "body_too_large"]),
        Status(
            code: 415, name: "UnsupportedMediaType", text: "Bodies of this type or encoding are not known here.",
            words: ["unsupported_content_type", "unsupported_content_encoding"]),
        Status(
            code: 422, name: "UnprocessableContent", text: "A wrong shape or value, told with its place.",
            words: [
                "missing_field", "unknown_field", "unknown_parameter", "bad_value", "missing_condition",
                "unknown_condition", "empty_input", "shape_mismatch", "not_a_number", "out_of_range",
                "outside_support", "no_columns", "no_images", "no_arrays", "no_prior", "alpha_too_small", "not_finite",
                "duplicate_column", "unknown_column", "missing_column", "repeated_column", "missing_value",
            ]),
        Status(
            code: 429, name: "TooManyRequests", text: "Too much waits: try again.",
            words: ["queue_full", "too_many_requests", "rate_limited"], header: retryAfter),
        Status(
            code: 500, name: "InternalError", text: "A fault of the server.", words: ["internal", "internal_error"]),
        Status(
            code: 501, name: "NotImplemented", text: "The only transfer coding known is chunked.",
            words: ["unknown_transfer_coding"]),
        Status(
            code: 503, name: "ServiceUnavailable", text: "The server is shutting down, or has too many connections.",
            words: ["draining", "stopping", "too_many_connections"], header: retryAfter),
        Status(
            code: 504, name: "GatewayTimeout", text: "The request waited too long.", words: ["deadline_exceeded"]),
        Status(
            code: 507, name: "InsufficientStorage", text: "No room for an answer this long.",
            words: ["insufficient_storage"]),
    ]

    private static let retryAfter = (name: "Retry-After", text: "Seconds to wait before another try.")

    /// Of a request line or a header that are too long for libmicrohttpd, which answers in its own words.
    private static let tooLong: [(Int, String, DocumentNode)] = [
        (414, "URITooLong", "The request line is too long; the body is no JSON."),
        (431, "HeaderTooLarge", "The header is too long; the body is no JSON."),
    ]

    // MARK: In the document

    static let reference: DocumentNode = ["$ref": "#/components/schemas/Error"]
    static let faultReference: DocumentNode = ["$ref": "#/components/schemas/Fault"]

    /// References to the responses of some statuses, and to those that any request may have.
    static func responses(_ codes: [Int], _ form: ErrorForm) -> [(String, DocumentNode?)] {
        let prefix = form == .native ? "" : "V2"
        let known = (all.map { ($0.code, $0.name) } + tooLong.map { ($0.0, $0.1) }).sorted { $0.0 < $1.0 }
        return known.filter { codes.contains($0.0) || always.contains($0.0) }.map { code, name in
            ("\(code)", ["$ref": .string("#/components/responses/\(prefix)\(name)")])
        }
    }

    private static let always: Set = [400, 401, 403, 413, 414, 429, 431, 500, 501, 503, 504]

    static var components: [(String, DocumentNode?)] {
        all.map { ($0.name, response($0)) } + all.map { ("V2\($0.name)", protocolResponse($0)) }
            + ["", "V2"].flatMap { prefix in
                tooLong.map { ("\(prefix)\($0.1)", ["description": $0.2]) }
            }
    }

    /// As the Open Inference Protocol has it: a text.
    private static func protocolResponse(_ status: Status) -> DocumentNode {
        let schema: DocumentNode = ["$ref": "#/components/schemas/V2Error"]
        return .members([
            ("description", .string(status.text)), ("headers", headers(status)),
            ("content", ["application/json": ["schema": schema]]),
        ])
    }

    private static func headers(_ status: Status) -> DocumentNode? {
        status.header.map { header in
            let value: DocumentNode = ["description": .string(header.text), "schema": ["type": "string"]]
            return .members([(header.name, value)])
        }
    }

    private static func response(_ status: Status) -> DocumentNode {
        let code: DocumentNode = [
            "properties": ["error": ["properties": ["code": ["enum": .strings(status.words)]]]]
        ]
        return .members([
            ("description", .string(status.text)), ("headers", headers(status)),
            ("content", ["application/json": ["schema": ["allOf": [reference, code]]]]),
        ])
    }

    static var schemas: [(String, DocumentNode?)] {
        let places: [(String, DocumentNode?)] = [
            ("code", ["description": "For programs.", "type": "string"]),
            ("message", ["description": "For people.", "type": "string"]),
        ]
        let line: (String, DocumentNode?) = (
            "line", ["description": "From 1, where there are lines.", "type": "integer"]
        )
        let values: [(String, DocumentNode?)] = [
            ("column", ["type": "string"]), ("expected", ["type": "string"]), ("got", ["type": "string"]),
        ]
        let row: (String, DocumentNode?) = (
            "row", ["description": "From 0 in an array, from 1 in a table or in lines.", "type": "integer"]
        )
        let required = ["code", "message"]
        let error = APIModel.closed(places + [row, line] + values, required: required)
        let fault = APIModel.closed(places + [line] + values, required: required)
        let id: (String, DocumentNode?) = ("id", ["type": ["string", "number"]])
        return [
            ("Error", APIModel.closed([("error", error)], required: ["error"])),
            (
                "Fault",
                APIModel.closed([id, row, ("error", fault)], required: ["row", "error"])
                    .with([("description", "A bad record, in the place of its answer.")])
            ),
        ]
    }
}
