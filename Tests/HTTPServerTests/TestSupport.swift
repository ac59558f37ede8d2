import Dispatch
import Glibc
import Locking
import Testing

@testable import HTTPServer

/// Replies as a server passes them on, for a test to answer when it likes.
final class ReplyBox: Sendable {
    private let replies = Locked<[HTTPReply]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    var handler: HTTPHandler {
        { _ in .later { self.put($0) } }
    }

    func put(_ reply: HTTPReply) {
        replies.withLock { $0.append(reply) }
        arrivals.signal()
    }

    /// The oldest reply not taken yet; waits for one.
    func take() throws -> HTTPReply {
        try #require(arrivals.wait(timeout: .now() + 20) == .success, "no request arrived")
        return replies.withLock { $0.removeFirst() }
    }
}

/// Waits until something holds, which no event tells: at most 20 seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<20_000 {
        if condition() { return true }
        usleep(1_000)
    }
    return condition()
}

/// A server on any port whose clock runs fast enough for tests.
func makeServer(
    _ adjust: (inout HTTPServerConfiguration) -> Void = { _ in }, handler: @escaping HTTPHandler = echo
) throws -> Server {
    var configuration = HTTPServerConfiguration()
    configuration.housekeepingInterval = .milliseconds(10)
    configuration.errorBody = { status, code, message, _ in
        ("application/json", Array(#"{"status":\#(status),"code":"\#(code)","message":"\#(message)"}"#.utf8))
    }
    adjust(&configuration)
    return try Server(configuration: configuration, handler: handler)
}

func serve(_ handler: @escaping HTTPHandler) throws -> Server {
    try makeServer(handler: handler)
}

/// Answers at once with the body received, and describes the request in header fields.
@Sendable func echo(_ request: HTTPRequest) -> HTTPAnswer {
    .now(echoed(request))
}

func echoed(_ request: HTTPRequest) -> HTTPResponse {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    return HTTPResponse(
        status: 200,
        headers: [
            ("X-Method", request.method), ("X-Path", request.path),
            ("X-Segments", request.segments.joined(separator: "|")), ("X-Query", query),
            ("X-Tag", request.header("x-TAG") ?? "none"),
        ],
        body: request.body)
}

func get(_ path: String = "/", extra: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: a\r\n\(extra)\r\n"
}

func post(_ body: String, path: String = "/", extra: String = "") -> String {
    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(extra)\r\n\(body)"
}

let fine = HTTPResponse(status: 200, body: Array("fine".utf8))
