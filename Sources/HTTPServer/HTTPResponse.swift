/// One response, complete: libmicrohttpd adds Date, Content-Length and Connection.
///
/// Header fields that would break the message (a line end in name or value, an empty one, a Content-Length of the
/// caller's own) are left out when it is sent.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: [(String, String)]
    package var content: HTTPContent
    /// Whether the connection ends with this response; it does in any case while the server drains.
    package var closesConnection = false
    /// The word for programs of an error: for the observer, and not sent.
    package var errorCode: String?

    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.init(status: status, headers: headers, content: .bytes(body))
    }

    package init(status: Int, headers: [(String, String)] = [], content: HTTPContent) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    /// The content as far as it is in memory: nothing of a file.
    package var body: [UInt8] {
        guard case .bytes(let bytes) = content else { return [] }
        return bytes
    }
}
