import Dispatch
import Glibc
import Locking
import Testing

@testable import HTTPServer

/// A streamed request in the hands of a test.
struct StreamedRequest: Sendable {
    let body: HTTPRequestBody
    let reply: HTTPReply
}

/// Streamed requests as a server passes them on, for a test to read when it likes.
final class StreamBox: Sendable {
    private let requests = Locked<[StreamedRequest]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    /// Streams POST requests.
    var intake: HTTPIntakeChoice {
        { request in
            guard request.method == "POST" else { return .collect }
            return .stream { body, reply in
                self.requests.withLock { $0.append(StreamedRequest(body: body, reply: reply)) }
                self.arrivals.signal()
            }
        }
    }

    /// The oldest request not taken yet; waits for one.
    func take() throws -> StreamedRequest {
        try #require(arrivals.wait(timeout: .now() + 20) == .success, "no request arrived")
        return requests.withLock { $0.removeFirst() }
    }
}

/// A server that hands streamed requests to a test.
func makeServer(
    streamingTo box: StreamBox, _ adjust: (inout HTTPServerConfiguration) -> Void = { _ in }
) throws -> Server {
    try makeStreamingServer(adjust, intake: box.intake)
}

func makeStreamingServer(
    _ adjust: (inout HTTPServerConfiguration) -> Void = { _ in }, intake: @escaping HTTPIntakeChoice
) throws -> Server {
    var configuration = HTTPServerConfiguration()
    configuration.housekeepingInterval = .milliseconds(10)
    adjust(&configuration)
    return try Server(configuration: configuration, intake: intake, handler: echo)
}

/// What a test found out about a body.
struct BodySum: Sendable, Equatable {
    var count = 0
    var hash: UInt64 = 14_695_981_039_346_656_037

    init() {}

    init(_ bytes: [UInt8]) {
        add(bytes)
    }

    /// FNV-1a over every 61st byte of the whole, which is enough to see bytes lost or exchanged.
    mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            var index = (61 - count % 61) % 61
            while index < bytes.count {
                hash = (hash ^ UInt64(bytes[index])) &* 1_099_511_628_211
                index += 61
            }
        }
        count += bytes.count
    }

    var text: String { "\(count) \(hash)" }
}

/// Reads bodies and answers their count and hash.
@Sendable func summing(_ request: HTTPRequest) -> HTTPIntake {
    guard request.method == "POST" else { return .collect }
    return .stream { body, reply in
        var sum = BodySum()
        do {
            while let piece = try body.next() { sum.add(piece) }
            reply.send(HTTPResponse(status: 200, body: Array(sum.text.utf8)))
        } catch {
            reply.send(HTTPResponse(status: 500, body: Array("\(error)".utf8)))
        }
    }
}

/// Reads to the end.
func drain(_ body: HTTPRequestBody) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try body.next() { bytes += piece }
    return bytes
}

let streamedHead = "POST /stream HTTP/1.1\r\nHost: a\r\n"
let chunkedHead = streamedHead + "Transfer-Encoding: chunked\r\n\r\n"

func lengthHead(_ count: Int) -> String { streamedHead + "Content-Length: \(count)\r\n\r\n" }

func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [13, 10]
}

/// Bytes in which every place can be told from its neighbours.
func sampleBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
}
