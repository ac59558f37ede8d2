import HTTPServer
import JSON

/// `{"error": {"code": …, "message": …, "row": …, "column": …, "expected": …, "got": …}}`
enum ErrorBody {
    static func bytes(code: String, message: String, place: ServiceError.Place = .init()) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("error")
            writer.object { writer in
                write("code", code, to: &writer)
                write("message", message, to: &writer)
                if let row = place.row {
                    writer.key("row")
                    writer.int(row)
                }
                if let line = place.line {
                    writer.key("line")
                    writer.int(line)
                }
                write("column", place.column, to: &writer)
                write("expected", place.expected, to: &writer)
                write("got", place.got, to: &writer)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func write(_ key: String, _ text: String?, to writer: inout JSONWriter) {
        guard let text else { return }
        writer.key(key)
        writer.string(text)
    }
}

extension HTTPResponse {
    static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "application/json")], body: bytes)
    }

    /// - Parameter shape: of an array, outermost first: its bytes may not tell it.
    init(_ choice: AnswerChoice, _ content: HTTPContent, shape: [Int]? = nil) {
        self.init(status: 200, headers: [("Content-Type", choice.contentType)], content: content)
        if let shape { headers.append((Self.shapeField, shape.map(String.init).joined(separator: ", "))) }
    }

    static let shapeField = "X-Elbo-Shape"

    init(_ error: ServiceError) {
        let (status, word) = error.status
        self = .json(ErrorBody.bytes(code: word, message: error.message, place: error.place), status: status)
        errorCode = word
        switch error {
        case .methodNotAllowed(_, let allowed): headers.append(("Allow", allowed))
        case .queueFull(_, let seconds), .rateLimited(let seconds): headers.append(("Retry-After", String(seconds)))
        case .unauthorized(let isInvalid):
            headers.append(("WWW-Authenticate", Self.challenge + (isInvalid ? ", error=\"invalid_token\"" : "")))
        case .forbidden(let scope):
            let lacking = ", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
            headers.append(("WWW-Authenticate", Self.challenge + lacking))
        default: break
        }
    }

    /// RFC 6750 §3.
    private static let challenge = "Bearer realm=\"elbo\""
}
