/// The first line of a request as libmicrohttpd hands it over.
struct RequestLine {
    let method: String
    /// Nil when it is not UTF-8.
    let rawPath: String?
    let version: HTTPVersion
}
