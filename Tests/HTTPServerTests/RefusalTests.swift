import TestSupport
import Testing

@testable import HTTPServer

/// Bytes with a name, so that a failure is readable.
struct BadInput: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: String
    let status: Int

    init(_ name: String, _ bytes: String, _ status: Int) {
        testDescription = name
        self.bytes = bytes
        self.status = status
    }
}

/// Requests that are refused before the handler is asked; each ends its connection.
@Suite struct RefusalTests {
    @Test(arguments: [
        BadInput("two lengths", "Host: a\r\nContent-Length: 3\r\nContent-Length: 30\r\n", 400),
        BadInput("the same length twice", "Host: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n", 400),
        BadInput("length and coding", "Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400),
        BadInput("coding and length", "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400),
        BadInput("chunked twice", "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
        BadInput("an unknown coding", "Host: a\r\nTransfer-Encoding: gzip\r\n", 501),
        BadInput("two codings", "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n", 501),
        BadInput("no host", "Content-Length: 3\r\n", 400),
        BadInput("two hosts", "Host: a\r\nHost: b\r\n", 400),
        BadInput("a blank before the colon", "Host: a\r\nContent-Length : 3\r\n", 400),
        BadInput("a body too large", "Host: a\r\nContent-Length: 20000001\r\n", 413),
        BadInput("too large, asked first", "Host: a\r\nExpect: 100-continue\r\nContent-Length: 20000001\r\n", 413),
    ])
    func refusesHeader(input: BadInput) throws {
        let client = try TestClient(serve { _ in .now(HTTPResponse(status: 299)) })
        let smuggled = "abc" + get("/smuggled")
        let response = try client.exchange("POST / HTTP/1.1\r\n\(input.bytes)\r\n\(smuggled)")
        #expect(response.status == input.status)
        #expect(response.closes)
        #expect(response.header("content-type") == "application/json")
        #expect(response.text.contains(#""status":\#(input.status)"#))
        #expect(try client.isAtEnd())
    }

    @Test(arguments: ["/a%00b", "/%", "/%zz", "/%ff", "/a b", "/?a=%00", "/?%ff=1", "other"])
    func refusesTarget(target: String) throws {
        let client = try TestClient(makeServer())
        let response = try client.exchange(get(target))
        #expect(response.status == 400)
        #expect(response.text.contains("malformed_target"))
        #expect(try client.isAtEnd())
    }

    /// What the library answers by itself, in HTML; the handler must never see such a request.
    @Test(arguments: [
        BadInput(
            "a field too long",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431),
        BadInput("a target too long", "GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        BadInput(
            "a chunk size that is none",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        BadInput("a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        BadInput("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        BadInput("a field without colon", "GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
    ])
    func neverReachesTheHandler(input: BadInput) throws {
        let client = try TestClient(serve { _ in .now(HTTPResponse(status: 299)) })
        #expect(try client.exchange(input.bytes).status == input.status)
    }

    @Test func randomBytesDoNoHarm() throws {
        let server = try makeServer()
        var generator = SeededGenerator(state: 42)
        for _ in 0..<50 {
            let client = try TestClient(server)
            try client.send((0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
        #expect(try TestClient(server).exchange(get()).status == 200)
        #expect(eventually { server.inFlight == 0 })
    }
}
