/// Why the server answers a request itself, in place of the handler.
enum HTTPRejection: Equatable, Sendable {
    case malformedTarget
    case malformedHeader
    case missingHost
    case conflictingFraming
    case repeatedContentLength
    case unknownTransferCoding
    case bodyTooLarge(limit: Int)
    case tooManyInFlight
    /// The bodies of others take all the memory that there is for them.
    case tooManyBytes
    case tooManyConnections
    case stopping
    case deadlineExceeded
    case replyDropped

    /// Status, code word and message: the one place that chooses them.
    var answer: (status: Int, code: String, message: String) {
        switch self {
        case .malformedTarget: (400, "malformed_target", "The request target is not a valid, percent-encoded path.")
        case .malformedHeader: (400, "malformed_header", "A header field is malformed or repeated.")
        case .missingHost: (400, "missing_host", "HTTP/1.1 requires a Host header field.")
        case .conflictingFraming: (400, "conflicting_framing", "Transfer-Encoding is repeated or contradicted.")
        case .repeatedContentLength: (400, "repeated_content_length", "Content-Length is given more than once.")
        case .unknownTransferCoding: (501, "unknown_transfer_coding", "The only transfer coding known is chunked.")
        case .bodyTooLarge(let limit): (413, "body_too_large", "The body is larger than \(limit) bytes.")
        case .tooManyInFlight: (429, "too_many_requests", "Too many requests are in progress; try again.")
        case .tooManyBytes: (429, "too_many_requests", "Too many large bodies are being worked on; try again.")
        case .tooManyConnections: (503, "too_many_connections", "Too many connections are open; try again.")
        case .stopping: (503, "stopping", "The server is stopping.")
        case .deadlineExceeded: (504, "deadline_exceeded", "The request was not answered in time.")
        case .replyDropped: (500, "internal_error", "The request was not answered.")
        }
    }

    /// What becomes of the connection: it is kept only where it is certain where the next request begins.
    var closesConnection: Bool {
        switch self {
        case .tooManyInFlight, .tooManyBytes, .deadlineExceeded, .replyDropped: false
        case .malformedTarget, .malformedHeader, .missingHost, .conflictingFraming, .repeatedContentLength,
            .unknownTransferCoding, .bodyTooLarge, .tooManyConnections, .stopping:
            true
        }
    }

    /// Seconds after which a client may try again, where trying again can help.
    var retryAfter: Int? {
        switch self {
        case .tooManyInFlight, .tooManyBytes, .tooManyConnections, .stopping: 1
        case .malformedTarget, .malformedHeader, .missingHost, .conflictingFraming, .repeatedContentLength,
            .unknownTransferCoding, .bodyTooLarge, .deadlineExceeded, .replyDropped:
            nil
        }
    }

    /// The whole response, its body made by the owner of the server.
    ///
    /// - Parameter path: nil where none was read.
    func response(path: String?, errorBody: HTTPServerConfiguration.ErrorBody) -> HTTPResponse {
        let (status, code, message) = answer
        let (contentType, body) = errorBody(status, code, message, path)
        var response = HTTPResponse(status: status, headers: [("Content-Type", contentType)], body: body)
        if let retryAfter { response.headers.append(("Retry-After", String(retryAfter))) }
        response.closesConnection = closesConnection
        response.errorCode = code
        return response
    }
}
