/// The first line of a request as libmicrohttpd hands it over.
struct RequestLine {
    let method: String
    /// Nil when it is not UTF-8, or the line has a NUL.
    let rawPath: String?
    let version: HTTPVersion
    /// The addresses of the memory from the end of this line's text to the end of the header.
    let fieldBytes: Range<UInt>
}
