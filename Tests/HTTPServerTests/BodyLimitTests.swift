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

/// Memory for bodies that are worked on.
@Suite struct HeldBodyTests {
    /// Room for one body of 100 kB and not for two.
    private func start(_ box: ReplyBox) throws -> Server {
        try makeServer({ ($0.maxBodyBytes, $0.maxHeldBodyBytes) = (150_000, 150_000) }, handler: box.handler)
    }

    private static let body = String(repeating: "x", count: 100_000)

    @Test func whatIsHeldIsBounded() throws {
        let box = ReplyBox()
        let server = try start(box)
        let (first, second, small) = (try TestClient(server), try TestClient(server), try TestClient(server))
        try first.send(post(Self.body))
        let reply = try box.take()
        try second.send(post(Self.body))
        let refused = try second.response()
        #expect(refused.status == 429 && refused.text.contains("Too many large bodies"))
        #expect(refused.header("retry-after") == "1")
        // A small one is held beside it.
        try small.send(post("x"))
        try box.take().send(fine)
        #expect(try small.response().status == 200)
        reply.send(fine)
        #expect(try first.response().status == 200)
        // The room is free again, as soon as the response has left.
        #expect(eventually { server.inFlight == 0 })
        let third = try TestClient(server)
        try third.send(post(Self.body))
        try box.take().send(fine)
        #expect(try third.response().status == 200)
    }

    /// Announcing costs nothing, so it takes nothing away from others.
    @Test func whatIsOnlyAnnouncedIsNotHeld() throws {
        let server = try makeServer({ ($0.maxBodyBytes, $0.maxHeldBodyBytes) = (150_000, 150_000) })
        let idle = try (0..<8).map { _ in try TestClient(server) }
        for client in idle { try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 150000\r\n\r\nx") }
        #expect(eventually { server.inFlight == 8 })
        #expect(try TestClient(server).exchange(post(Self.body)).status == 200)
    }

    @Test func oneBodyMayTakeAllThereIs() throws {
        let server = try makeServer({ ($0.maxBodyBytes, $0.maxHeldBodyBytes) = (150_000, 150_000) })
        let body = String(repeating: "x", count: 150_000)
        #expect(try TestClient(server).exchange(post(body)).status == 200)
    }

    @Test func aChunkedBodyCountsAsItGrows() throws {
        let box = ReplyBox()
        let server = try start(box)
        let (first, second) = (try TestClient(server), try TestClient(server))
        try first.send(post(Self.body))
        let reply = try box.take()
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "186a0\r\n\(Self.body)\r\n0\r\n\r\n"
        try second.send(head + chunk)
        #expect(try second.response().status == 429)
        reply.send(fine)
        #expect(try first.response().status == 200)
        #expect(eventually { server.inFlight == 0 })
        // The same connection goes on.
        try second.send(head + chunk)
        try box.take().send(fine)
        #expect(try second.response().status == 200)
    }
}
