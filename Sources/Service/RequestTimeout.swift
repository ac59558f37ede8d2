import HTTPServer

/// How long a client wants to wait for an answer, in seconds: the parameter `timeout`, or the header field.
enum RequestTimeout {
    static let headerField = "X-Request-Timeout"
    static let parameter = "timeout"
    private static let longest = 86_400.0

    /// The shorter of the two; nil where neither is there.
    static func duration(
        _ request: HTTPRequest, _ query: inout QueryParameters
    ) throws(ServiceError) -> Duration? {
        let behind = try query.text(parameter).map { text throws(ServiceError) in try duration(text, of: parameter) }
        guard let inHeader = try duration(request) else { return behind }
        return min(inHeader, behind ?? inHeader)
    }

    static func duration(_ request: HTTPRequest) throws(ServiceError) -> Duration? {
        try request.header(headerField).map { text throws(ServiceError) in try duration(text, of: headerField) }
    }

    private static func duration(_ text: String, of name: String) throws(ServiceError) -> Duration {
        guard let seconds = Double(text), seconds > 0, seconds <= longest else {
            throw .badField(name, expected: "seconds above 0 and up to \(Int(longest))", got: "'\(text)'")
        }
        return .seconds(seconds)
    }
}
