import Locking
import TestSupport
import Testing

@testable import HTTPServer

/// What a request is called, in its answer and to the observer.
@Suite struct IdentityTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00f067aa0ba902b7"

    private func isHexadecimal(_ text: some StringProtocol, _ count: Int) -> Bool {
        text.utf8.count == count && text.allSatisfy { "0123456789abcdef".contains($0) }
    }

    private func fields(of response: TestResponse) throws -> (id: String, trace: [String]) {
        let parts = try #require(response.header("traceparent")).split(separator: "-").map(String.init)
        try #require(parts.count == 4 && parts[0] == "00")
        return (try #require(response.header("x-request-id")), parts)
    }

    @Test(arguments: ["a", "3f29-é".filter(\.isASCII), #"!"#, #"~"\{}"#, String(repeating: "x", count: 128)])
    func aGoodNameIsEchoed(name: String) throws {
        let client = try TestClient(makeServer())
        #expect(try client.exchange(get(extra: "X-REQUEST-ID: \(name)\r\n")).header("x-request-id") == name)
    }

    @Test(arguments: [
        "", "X-Request-Id: \r\n", "X-Request-Id: a b\r\n", "X-Request-Id: a\tb\r\n", "X-Request-Id: \u{e9}\r\n",
        "X-Request-Id: \(String(repeating: "x", count: 129))\r\n", "X-Request-Id: a\r\nX-Request-Id: b\r\n",
    ])
    func anotherNameIsMade(header: String) throws {
        let client = try TestClient(makeServer())
        let response = try client.exchange(get(extra: header))
        #expect(response.status == 200)
        #expect(isHexadecimal(try #require(response.header("x-request-id")), 16))
    }

    @Test(arguments: [("00", "00"), ("01", "01"), ("ff", "01"), ("02", "00")])
    func aTraceGoesOn(flags: String, expected: String) throws {
        let client = try TestClient(makeServer())
        let header = "traceparent: 00-\(Self.trace)-\(Self.parent)-\(flags)\r\n"
        let parts = try fields(of: client.exchange(get(extra: header))).trace
        #expect(parts[1] == Self.trace && parts[3] == expected)
        #expect(isHexadecimal(parts[2], 16) && parts[2] != Self.parent)
        #expect(try fields(of: client.exchange(get(extra: header))).trace[2] != parts[2])
    }

    /// W3C Trace Context §3.2.4: of a later version, what is known of this one is read.
    @Test func aLaterVersionIsRead() throws {
        let client = try TestClient(makeServer())
        for value in ["01-\(Self.trace)-\(Self.parent)-01", "cc-\(Self.trace)-\(Self.parent)-01-more"] {
            #expect(try fields(of: client.exchange(get(extra: "traceparent: \(value)\r\n"))).trace[1] == Self.trace)
        }
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(parent)", "00-\(trace)-\(parent)-0", "00-\(trace)-\(parent)-01-",
        "00-\(trace)-\(parent)-01-x",
        "00-\(trace)-\(parent)-0g", "ff-\(trace)-\(parent)-01", "0-\(trace)-\(parent)-001", "00_\(trace)_\(parent)_01",
        "00-\(String(repeating: "0", count: 32))-\(parent)-01", "00-\(trace)-\(String(repeating: "0", count: 16))-01",
        "00-\(trace.uppercased())-\(parent)-01", "00-\(trace)-\(parent)-01\r\ntraceparent: 00-\(trace)-\(parent)-01",
        "01-\(trace)-\(parent)-01x", " ", "00-\(trace)-\(parent.dropLast())g-01",
    ])
    func anotherTraceBegins(value: String) throws {
        let client = try TestClient(makeServer())
        let response = try client.exchange(get(extra: "traceparent: \(value)\r\n"))
        #expect(response.status == 200)
        let parts = try fields(of: response).trace
        #expect(isHexadecimal(parts[1], 32) && parts[1] != Self.trace && parts[3] == "00")
    }

    @Test func whoDoesNotTraceIsToldOfNone() throws {
        #expect(try TestClient(makeServer()).exchange(get()).header("traceparent") == nil)
    }

    @Test func madeNamesDiffer() throws {
        let client = try TestClient(makeServer())
        var seen = Set<String>()
        for _ in 0..<500 {
            let (id, trace) = try fields(of: client.exchange(get(extra: "traceparent: none\r\n")))
            #expect(seen.insert(id).inserted && seen.insert(trace[1]).inserted && seen.insert(trace[2]).inserted)
        }
    }

    /// What the server answers by itself has the names too: before the body, instead of the handler, and after it.
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400), ("GET /%zz HTTP/1.1\r\nHost: a\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000001\r\n", 413), ("GET /drop HTTP/1.1\r\nHost: a\r\n", 500),
        ("HEAD / HTTP/1.1\r\nHost: a\r\n", 200), ("GET /late HTTP/1.1\r\nHost: a\r\n", 504),
    ])
    func errorsHaveTheNames(head: String, status: Int) throws {
        let kept = ReplyBox()
        let server = try makeServer({ $0.requestDeadline = .milliseconds(50) }) { request in
            .later { if request.path == "/late" { kept.put($0) } else if request.path != "/drop" { $0.send(fine) } }
        }
        let client = try TestClient(server)
        try client.send("\(head)X-Request-Id: mine\r\ntraceparent: 00-\(Self.trace)-\(Self.parent)-01\r\n\r\n")
        let response = try client.response(toHEAD: head.hasPrefix("HEAD"))
        #expect(response.status == status)
        let (id, trace) = try fields(of: response)
        #expect(id == "mine" && trace[1] == Self.trace)
    }

    /// An answer in the middle of a body, which the library is not asked to send.
    @Test func anAnswerBeforeTheEndOfTheBodyHasTheNames() throws {
        let box = StreamBox()
        let server = try makeServer(streamingTo: box)
        let client = try TestClient(server)
        try client.send(lengthHead(8 << 20).replacing("Host:", with: "X-Request-Id: mine\r\nHost:"))
        try client.send("abc")
        try box.take().reply.send(fine)
        try client.send(sampleBytes(1 << 20))
        let response = try client.response()
        #expect(response.text == "fine")
        #expect(response.header("x-request-id") == "mine")
    }

    private final class Account: HTTPAccount {
        let ends = Locked(0)
        func end() { ends.withLock { $0 += 1 } }
        func addHeaders(to headers: inout [(String, String)]) { headers.append(("X-Account", "told")) }
    }

    @Test func theObserverLearnsWhatTheHandlerNotes() throws {
        let seen = Locked<[HTTPExchange]>([])
        let server = try makeServer({ $0.observer = { exchange in seen.withLock { $0.append(exchange) } } }) {
            request in
            request.note(Account())
            request.note(key: "one")
            return .now(fine)
        }
        let client = try TestClient(server)
        let state = "X-Request-Id: mine\r\ntracestate: a=1\r\ntracestate: b=2\r\n"
        let trace = "traceparent: 00-\(Self.trace)-\(Self.parent)-01\r\n"
        let response = try client.exchange(post("hello", extra: state + trace))
        let exchange = try #require(seen.withLock { $0.first })
        #expect(response.header("x-account") == "told")
        #expect((exchange.account as? Account)?.ends.withLock { $0 } == 1 && exchange.key == "one")
        #expect((exchange.bytesIn, exchange.bytesOut) == (5, 4))
        let identity = try #require(exchange.identity)
        #expect(identity.requestID == "mine")
        #expect(identity.trace.traceparent == response.header("traceparent"))
        #expect(identity.trace.traceID == Self.trace && identity.trace.parentID == Self.parent)
        #expect(identity.trace.state == "a=1,b=2")
        try client.send(
            "HEAD / HTTP/1.1\r\nHost: a\r\ntracestate: \(String(repeating: "a", count: 600))\r\n\(trace)\r\n")
        _ = try client.response(toHEAD: true)
        let second = try #require(seen.withLock { $0.last })
        #expect(second.bytesOut == 0 && second.identity?.trace.state == nil)
    }
}
