import Glibc
import HTTPServer
import Synchronization

/// Answers on a thread of its own, as a batching engine does.
final class ReplyThread: Sendable {
    let queue = Mutex<[HTTPReply]>([])
}

let arguments = CommandLine.arguments
var configuration = HTTPServerConfiguration()
configuration.port = UInt16(arguments[1]) ?? 0
let body = Array("{\"scores\":[1.5]}".utf8)
let isLater = arguments.count > 2 && arguments[2] == "later"
let headers = [("Content-Type", "application/json")]
nonisolated(unsafe) let wake = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
unsafe sem_init(wake, 0, 0)
let replies = ReplyThread()

func makeHandler(
    _ replies: ReplyThread, _ body: [UInt8], _ isLater: Bool, _ headers: [(String, String)]
) -> HTTPHandler {
    guard isLater else { return { _ in .now(HTTPResponse(status: 200, headers: headers, body: body)) } }
    return { _ in
        .later { reply in
            replies.queue.withLock { $0.append(reply) }
            unsafe sem_post(wake)
        }
    }
}

let server = try Server(
    configuration: configuration, handler: makeHandler(replies, body, isLater, headers))
print(server.port)
while true {
    unsafe sem_wait(wake)
    let batch = replies.queue.withLock { queue in
        defer { queue = [] }
        return queue
    }
    for reply in batch { reply.send(HTTPResponse(status: 200, headers: headers, body: body)) }
}
