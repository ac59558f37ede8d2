import Testing

@testable import HTTPServer

@Suite struct BodyLimitTests {
    private func limited() throws -> Server {
        try makeServer { $0.maxBodyBytes = 1_000 }
    }

    @Test func acceptsExactlyTheLimit() throws {
        let client = try TestClient(limited())
        #expect(try client.exchange(post(String(repeating: "x", count: 1_000))).body.count == 1_000)
        #expect(try client.exchange(post(String(repeating: "x", count: 1_001))).status == 413)
    }

    /// The client sends all before it reads: if the socket were closed over unread bytes, it would meet a reset.
    @Test func answersAfter100Megabytes() throws {
        let client = try TestClient(limited())
        let megabyte = [UInt8](repeating: 120, count: 1_000_000)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
        for _ in 0..<100 { try client.send(megabyte) }
        let response = try client.response()
        #expect(response.status == 413)
        #expect(response.text.contains("body_too_large"))
        #expect(try client.isAtEnd())
    }

    @Test func answersWithoutContinueWhenAsked() throws {
        let client = try TestClient(limited())
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 413)
        #expect(response.closes)
    }

    @Test func continuesWhenAsked() throws {
        let client = try TestClient(limited())
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        try client.send("ab")
        #expect(try client.response().text == "ab")
    }

    @Test(arguments: [1_001, 4_000]) func answersTheEndOfAChunkedBodyTooLarge(size: Int) throws {
        let client = try TestClient(limited())
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = String(size, radix: 16) + "\r\n" + String(repeating: "x", count: size) + "\r\n"
        let response = try client.exchange(chunk + "0\r\n\r\n")
        #expect(response.status == 413)
        #expect(response.closes)
    }

    @Test func cutsOffAChunkedBodyWithoutEnd() throws {
        let client = try TestClient(limited())
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array(("3E8\r\n" + String(repeating: "x", count: 1_000) + "\r\n").utf8)
        #expect(throws: TestClient.Broken.self) {
            for _ in 0..<100_000 { try client.send(chunk) }
        }
    }

    @Test func aFalseLengthReservesNothing() throws {
        let client = try TestClient(limited())
        let response = try client.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n")
        #expect(response.status == 413)
    }
}
