/// The protocol version of a request; libmicrohttpd refuses all others itself (505).
enum HTTPVersion: Sendable {
    case http10
    case http11

    init(_ text: String) {
        self = text == "HTTP/1.1" ? .http11 : .http10
    }
}
