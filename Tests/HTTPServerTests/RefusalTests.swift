import Glibc
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

    /// libmicrohttpd hands paths over as C text, which ends at a NUL.
    @Test(arguments: [
        "/a\0", "/\0", "/a\0/evil", "/a\0?x=1", "/?\0", "/?a\0", "/?a=\0", "/?a=b\0c", "/?a\0=b", "/?a&\0b=c",
        "/?a=b&\0",
    ])
    func refusesANULInTheTarget(target: String) throws {
        let client = try TestClient(makeServer())
        let response = try client.exchange(get(target) + get("/smuggled"))
        #expect(response.status == 400)
        #expect(response.text.contains("malformed_target"))
        #expect(try client.isAtEnd())
    }

    @Test(arguments: [
        "GET\0 / HTTP/1.1\r\nHost: a\r\n", "\0\0GE\0T / HTTP/1.1\r\nHost: a\r\n",
    ])
    func refusesANULInTheMethod(head: String) throws {
        let client = try TestClient(makeServer())
        #expect(try client.exchange(head + "\r\n").status == 400)
        #expect(try client.isAtEnd())
    }

    @Test(arguments: [
        BadInput("NUL after a colon", "Host: a\r\nX-Tag:\0b\r\n", 400),
        BadInput("NUL in a value", "X-Tag: b\0c\r\nHost: a\r\n", 400),
        BadInput("NUL at a value's end", "Host: a\r\nX-Tag: b\0\r\n", 400),
        BadInput("NULs that look like a line", "Host: a\r\nX-Tag: b\0\0X-Tag\0c\r\n", 400),
        BadInput("a line that begins with NUL", "Host: a\r\n\0X-Tag: b\r\n", 400),
        BadInput("a line of NUL", "Host: a\r\n\0\r\n", 400),
        BadInput("a first line that begins with NUL", "\0Host: a\r\n", 400),
        BadInput("a field without name", "Host: a\r\n: b\r\n", 400),
        BadInput("a tab before the colon", "Host: a\r\nX-Tag\t: b\r\n", 400),
        BadInput("a folded value", "Host: a\r\nX-Tag: b\r\n c\r\n", 400),
        BadInput("a folded empty value", "Host: a\r\nX-Tag:\r\n\tc\r\nX: d\r\n", 400),
        BadInput("a fold into a name", "Host: a\r\nContent-: 3\r\n Length\r\n", 400),
        BadInput("a fold of the first line", " Host: a\r\nX-Tag: b\r\n", 400),
        BadInput("CR in a value", "Host: a\r\nX-Tag: b\rc\r\n", 400),
        BadInput("two CRs", "Host: a\r\r\n", 400),
    ])
    func refusesFieldsThatOthersReadOtherwise(input: BadInput) throws {
        let client = try TestClient(serve { _ in .now(HTTPResponse(status: 299)) })
        let response = try client.exchange("GET / HTTP/1.1\r\n\(input.bytes)\r\n\(get("/smuggled"))")
        #expect(response.status == 400)
        #expect(response.text.contains("malformed_header"))
        #expect(try client.isAtEnd())
    }

    /// RFC 9112 §2.2 and §3: a lone LF may end a line, and blanks may stand around a value.
    @Test(arguments: [
        "GET /a?x=1&&y=&z HTTP/1.1\nHost: a\nX-Tag: t\n\n", "\r\nGET /a?x=1&&y=&z HTTP/1.1\r\nX-Tag:\t t\nHost:a\r\n\n",
        "GET   /a?x=1&&y=&z& HTTP/1.1\nHost: a\r\nX-Empty:\r\nX-Blank:  \r\nCookie: a=b; c=d\r\nX-Tag: t\r\n\r\n",
    ])
    func takesWhatIsOnlyUnusual(message: String) throws {
        let client = try TestClient(makeServer())
        for _ in 0..<3 {
            let response = try client.exchange(message)
            #expect(response.status == 200)
            #expect(response.header("x-path") == "/a")
            #expect(response.header("x-query") == "x=1&=&y=&z=")
            #expect(response.header("x-tag") == "t")
        }
    }

    /// The head arrives byte by byte, so that libmicrohttpd's buffer grows in between.
    @Test func headsMayArriveInPieces() throws {
        let client = try TestClient(makeServer())
        let filler = String(repeating: "x", count: 3_000)
        let message =
            "GET /a?x=\(filler) HTTP/1.1\r\nHost: a\r\nX-Filler: \(filler)\r\nX-Tag: t\r\nX-Last: \(filler)\r\n\r\n"
        for (index, byte) in message.utf8.enumerated() {
            try client.send([byte])
            if index % 500 == 0 { usleep(1_000) }
        }
        let response = try client.response()
        #expect(response.status == 200)
        #expect(response.header("x-tag") == "t")
        #expect(response.header("x-query") == "x=\(filler)")
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
        BadInput("NUL in a name", "GET / HTTP/1.1\r\nX\0-Tag: b\r\nHost: a\r\n\r\n", 400),
        BadInput("NUL before a colon", "GET / HTTP/1.1\r\nHost: a\r\nX-Tag\0: b\r\n\r\n", 400),
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
